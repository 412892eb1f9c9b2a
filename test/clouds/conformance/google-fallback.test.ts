import { conform } from './conform.ts';
import { googleFallback } from './google-backend.ts';

conform(googleFallback);
