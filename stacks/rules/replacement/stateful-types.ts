/** A resource whose replacement loses data, or an address that others know. */
export interface StatefulType {
  readonly loses: string;
  /** Properties that cannot be changed: the tool makes another resource instead. */
  readonly fixed: readonly string[];
}

const rows = 'the rows';
const messages = 'the messages that wait';
const customers = 'the accounts of all customers';
const secrets = 'the values, and the name for up to 30 days';
const address = 'the address that customers and DNS know';

const stateful = (loses: string, ...fixed: readonly string[]): StatefulType => ({ loses, fixed });

/** From the resource schemas of CloudFormation (createOnlyProperties); a test compares with those that cfn-lint has. */
export const cloudFormationTypes: Readonly<Record<string, StatefulType>> = {
  'AWS::ApiGatewayV2::Api': stateful(address, 'ProtocolType'),
  'AWS::CloudFront::Distribution': stateful(address),
  // The last two are not in the schema: CloudFormation accepts the change, and Cognito refuses it.
  'AWS::Cognito::UserPool': stateful(customers, 'AliasAttributes', 'UsernameAttributes'),
  'AWS::Cognito::UserPoolClient': stateful('the id that open pages sign in with', 'GenerateSecret', 'UserPoolId'),
  'AWS::Cognito::UserPoolDomain': stateful('the address of the sign-in page', 'Domain', 'UserPoolId'),
  'AWS::DynamoDB::GlobalTable': stateful(
    rows,
    ...['GlobalTableSourceArn', 'KeySchema', 'LocalSecondaryIndexes', 'TableName'],
  ),
  'AWS::DynamoDB::Table': stateful(rows, 'ImportSourceSpecification', 'KeySchema', 'TableName'),
  'AWS::Lambda::Url': stateful(address, 'Qualifier', 'TargetFunctionArn'),
  'AWS::Logs::LogGroup': stateful('the logs', 'LogGroupName'),
  'AWS::S3::Bucket': stateful('the files', 'BucketName', 'BucketNamePrefix', 'BucketNamespace'),
  'AWS::SecretsManager::Secret': stateful(secrets, 'Name'),
  'AWS::SQS::Queue': stateful(messages, 'FifoQueue', 'QueueName'),
};

/**
 * What the providers' documents say forces a new resource, written down by hand and compared with no provider: the plan
 * has the last word.
 */
export const terraformTypes: Readonly<Record<string, StatefulType>> = {
  aws_apigatewayv2_api: stateful(address, 'protocol_type'),
  aws_cloudfront_distribution: stateful(address),
  aws_cloudwatch_log_group: stateful('the logs', 'name', 'name_prefix'),
  aws_cognito_user_pool: stateful(customers, 'alias_attributes', 'username_attributes', 'username_configuration'),
  aws_cognito_user_pool_client: stateful('the id that open pages sign in with', 'generate_secret', 'user_pool_id'),
  aws_cognito_user_pool_domain: stateful('the address of the sign-in page', 'domain', 'user_pool_id'),
  aws_dynamodb_table: stateful(rows, 'hash_key', 'local_secondary_index', 'name', 'range_key'),
  aws_lambda_function_url: stateful(address, 'function_name', 'qualifier'),
  aws_s3_bucket: stateful('the files', 'bucket', 'bucket_prefix', 'object_lock_enabled'),
  aws_secretsmanager_secret: stateful(secrets, 'name', 'name_prefix'),
  aws_sqs_queue: stateful(messages, 'fifo_queue', 'name', 'name_prefix'),
  azurerm_cdn_frontdoor_endpoint: stateful(address, 'cdn_frontdoor_profile_id', 'name'),
  azurerm_cdn_frontdoor_profile: stateful(address, 'name', 'resource_group_name', 'sku_name'),
  azurerm_key_vault: stateful(secrets, 'location', 'name', 'resource_group_name'),
  azurerm_log_analytics_workspace: stateful('the logs', 'location', 'name', 'resource_group_name'),
  azurerm_resource_group: stateful('everything in it', 'location', 'name'),
  azurerm_resource_group_template_deployment: stateful('the table', 'name', 'resource_group_name'),
  azurerm_storage_account: stateful(
    'all that is stored in it',
    ...['account_kind', 'infrastructure_encryption_enabled', 'is_hns_enabled', 'location', 'name', 'nfsv3_enabled'],
    ...['queue_encryption_key_type', 'resource_group_name', 'table_encryption_key_type'],
  ),
  azurerm_storage_queue: stateful(messages, 'name', 'storage_account_id'),
  google_compute_global_address: stateful(address, 'address', 'ip_version', 'name', 'project'),
  google_firestore_database: stateful('all documents', 'database_edition', 'location_id', 'name', 'project'),
  google_pubsub_subscription: stateful(messages, 'enable_message_ordering', 'filter', 'name', 'project', 'topic'),
  google_pubsub_topic: stateful(messages, 'name', 'project'),
  google_secret_manager_secret: stateful(secrets, 'project', 'replication', 'secret_id'),
  google_storage_bucket: stateful('the files', 'hierarchical_namespace', 'location', 'name', 'project'),
};
