/** Types of Terraform that hold settings of a resource that CloudFormation has under another name. */
const irregular: Readonly<Record<string, string>> = {
  aws_cloudformation_stack: 'AWS::Lambda::Function',
  aws_dynamodb_global_table: 'AWS::DynamoDB::GlobalTable',
  aws_dynamodb_table_replica: 'AWS::DynamoDB::GlobalTable',
  aws_lambda_provisioned_concurrency_config: 'AWS::Lambda::Alias',
  aws_serverlessapplicationrepository_cloudformation_stack: 'AWS::Lambda::Function',
  aws_sns_topic_data_protection_policy: 'AWS::SNS::TopicPolicy',
};

/** Whether a type of Terraform stands for one of CloudFormation: `aws_ecs_service` for `AWS::ECS::Service`. */
export function isEquivalent(type: string, cloudFormation: string): boolean {
  const [, ...words] = type.split('_');
  const [, ...parts] = cloudFormation.split('::');
  return irregular[type] === cloudFormation || words.join('') === parts.join('').toLowerCase();
}
