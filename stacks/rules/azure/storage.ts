import type { Resource, Template } from '../template/template.ts';

export const account = 'azurerm_storage_account';

export const accountOf = (template: Template, { properties }: Resource): Resource | undefined =>
  template.findReferred(properties.storage_account_id ?? properties.storage_account_name ?? null, account);

/** The account that holds an app's code, from an address such as `${account.primary_blob_endpoint}container`. */
export const codeAccountOf = (template: Template, { properties }: Resource): Resource | undefined =>
  template.findReferred(properties.storage_container_endpoint, account);

export const flexApp = 'azurerm_function_app_flex_consumption';

/** URL of a provider's file at the tag of the version that was read. */
export const providerSource = (version: string, file: string): string =>
  `https://github.com/hashicorp/terraform-provider-azurerm/blob/${version}/${file}`;
