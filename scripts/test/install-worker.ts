import { workerData } from 'node:worker_threads';
import { type ExtraPackages, installExtra } from '../platform/process/extra-packages.ts';

installExtra(workerData as ExtraPackages);
