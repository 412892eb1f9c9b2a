import { conform } from './conform.ts';
import { google } from './google-backend.ts';

conform(google);
