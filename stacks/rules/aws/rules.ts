import type { Rule } from '../rule.ts';
import { apiMayInvokeItsFunctions } from './access/api-may-invoke-its-functions.ts';

const rules: readonly Rule[] = [apiMayInvokeItsFunctions];

export default rules;
