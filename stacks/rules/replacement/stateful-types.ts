/** A resource whose replacement loses data, or an address that others use. */
export interface StatefulType {
  readonly loses: string;
  /** Properties that cannot be changed in place: the tool replaces the resource. */
  readonly fixed: readonly string[];
  /** Properties that can change in place, unless only one of the two values matches. */
  readonly divided?: Readonly<Record<string, RegExp>>;
}

const rows = 'the rows';
const messages = 'the messages that wait';
const customers = 'the accounts of all customers';
const secrets = 'the values, and the name for up to 30 days';
const address = 'the address that customers and DNS know';

const stateful = (loses: string, ...fixed: readonly string[]): StatefulType => ({ loses, fixed });

/** From CloudFormation's resource schemas (createOnlyProperties); a test compares them with cfn-lint's copies. */
export const cloudFormationTypes: Readonly<Record<string, StatefulType>> = {
  'AWS::ApiGatewayV2::Api': stateful(address, 'ProtocolType'),
  'AWS::CloudFront::Distribution': stateful(address),
  // The last two are not in the schema: CloudFormation accepts the change, and Cognito rejects it.
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
 * Arguments that force a new resource. Those of Azure and Google are from the providers' schemas (`ForceNew`), in the
 * files of `schemaSources`. Those of AWS are from the provider's documents and not compared with its source: the plan
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
  // A new one has to be validated again.
  azurerm_cdn_frontdoor_custom_domain: stateful(address, 'cdn_frontdoor_profile_id', 'host_name', 'name'),
  azurerm_cdn_frontdoor_endpoint: stateful(address, 'cdn_frontdoor_profile_id', 'name'),
  azurerm_cdn_frontdoor_profile: stateful(address, 'name', 'resource_group_name', 'sku_name'),
  azurerm_key_vault: stateful(secrets, 'location', 'name', 'resource_group_name'),
  azurerm_log_analytics_workspace: stateful('the logs', 'location', 'name', 'resource_group_name'),
  azurerm_resource_group: stateful('everything in it', 'location', 'name'),
  azurerm_resource_group_template_deployment: stateful('the table', 'name', 'resource_group_name'),
  azurerm_storage_account: {
    // The provider replaces the account on a change between one zone and several.
    divided: { account_replication_type: /ZRS$/ },
    ...stateful(
      'all that is stored in it',
      ...[
        'account_kind',
        'account_tier',
        'dns_endpoint_type',
        'immutability_policy',
        'infrastructure_encryption_enabled',
      ],
      ...['is_hns_enabled', 'location', 'name', 'nfsv3_enabled', 'provisioned_billing_model_version'],
      ...['queue_encryption_key_type', 'resource_group_name', 'table_encryption_key_type'],
    ),
  },
  azurerm_storage_queue: stateful(messages, 'name', 'storage_account_id'),
  google_compute_global_address: stateful(
    address,
    ...[
      'address',
      'address_type',
      'description',
      'ip_version',
      'name',
      'network',
      'prefix_length',
      'project',
      'purpose',
    ],
  ),
  google_firestore_database: stateful(
    'all documents',
    ...[
      'cmek_config',
      'database_edition',
      'firestore_data_access_mode',
      'location_id',
      'mongodb_compatible_data_access_mode',
    ],
    ...['name', 'project', 'realtime_updates_mode', 'tags'],
  ),
  google_pubsub_subscription: stateful(
    messages,
    ...['enable_message_ordering', 'filter', 'name', 'project', 'tags', 'topic'],
  ),
  google_pubsub_topic: stateful(messages, 'name', 'project', 'tags'),
  google_secret_manager_secret: stateful(secrets, 'project', 'replication', 'secret_id', 'tags'),
  google_storage_bucket: stateful(
    'the files',
    ...['enable_object_retention', 'hierarchical_namespace', 'location', 'name', 'project'],
  ),
};

const azurerm = 'https://github.com/hashicorp/terraform-provider-azurerm/blob/v5.2.0/internal/services';
const google = 'https://github.com/hashicorp/terraform-provider-google/blob/v7.45.0/google/services';

/** Source file of each row. */
export const schemaSources: Readonly<Record<string, string>> = {
  azurerm_cdn_frontdoor_custom_domain: `${azurerm}/cdn/cdn_frontdoor_custom_domain_resource.go`,
  azurerm_cdn_frontdoor_endpoint: `${azurerm}/cdn/cdn_frontdoor_endpoint_resource.go`,
  azurerm_cdn_frontdoor_profile: `${azurerm}/cdn/cdn_frontdoor_profile_resource.go`,
  azurerm_key_vault: `${azurerm}/keyvault/key_vault_resource.go`,
  azurerm_log_analytics_workspace: `${azurerm}/loganalytics/log_analytics_workspace_resource.go`,
  azurerm_resource_group: `${azurerm}/resource/resource_group_resource.go`,
  azurerm_resource_group_template_deployment: `${azurerm}/resource/resource_group_template_deployment_resource.go`,
  azurerm_storage_account: `${azurerm}/storage/storage_account_resource.go`,
  azurerm_storage_queue: `${azurerm}/storage/storage_queue_resource.go`,
  google_compute_global_address: `${google}/compute/resource_compute_global_address.go`,
  google_firestore_database: `${google}/firestore/resource_firestore_database.go`,
  google_pubsub_subscription: `${google}/pubsub/resource_pubsub_subscription.go`,
  google_pubsub_topic: `${google}/pubsub/resource_pubsub_topic.go`,
  google_secret_manager_secret: `${google}/secretmanager/resource_secret_manager_secret.go`,
  google_storage_bucket: `${google}/storage/resource_storage_bucket.go`,
};
