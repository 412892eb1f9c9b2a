import { azure } from './azure-backend.ts';
import { conform } from './conform.ts';

conform(azure);
