import { conform } from './conform.ts';
import { memory } from './memory-backend.ts';

conform(memory);
