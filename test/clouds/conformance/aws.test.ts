import { aws } from './aws-backend.ts';
import { conform } from './conform.ts';

conform(aws);
