import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import type { Spelling } from './spelling.ts';

/** The parts of a step that depend on its trigger. */
export interface Shape {
  /** The service that it resembles, and follows in every list. */
  readonly like: 'intake' | 'projection' | 'fulfilment' | 'sweeper';
  /** Trigger and access, in the table of services. */
  readonly row: string;
  /** Its settings in a stage; the API has its own. */
  readonly settings?: { readonly type: string; readonly value: string };
  /** Memory and time limit of its function, with the reason. */
  readonly limits: string;
  /** The rehearsal's list that it belongs to, and its answer there; API services are in no list. */
  readonly rehearsal?: { readonly list: 'readEvents' | 'readOrders' | 'timers'; readonly answer: string };
  readonly azure: {
    /** The queues that it sends to and takes from. */
    readonly queues: string;
    readonly writes: boolean;
    /** Its local app; the services of the API share one. */
    readonly app?: AzureApp;
    readonly rights: readonly string[];
    readonly alerts: readonly string[];
  };
  readonly google: {
    readonly role: 'viewer' | 'user';
    readonly rights: readonly string[];
    readonly alerts: readonly string[];
    /** The message that a test pushes to it; undefined for the API, which any caller may use. */
    readonly given?: string;
  };
  readonly costs: Costs;
  readonly words: Words;
  /** The steps that use its permissions. */
  readonly probe: string;
  /** Its processor time in the planner. */
  readonly planned: string;
  /** Its own files, and the places that only steps with this trigger have. */
  readonly add: (draft: Draft, step: Spelling, kept: Kept) => void;
}

export interface AzureApp {
  readonly settings: string;
  /** The name of its function, and the test's input. */
  readonly given: readonly [name: string, value: string];
}

/** Texts about the step in documents. */
export interface Words {
  /** Help text of its counter, if it has one. */
  readonly counts?: string;
  /** Its lines in the diagram of docs/architecture.md. */
  readonly diagram: readonly string[];
  /** Its sections of the runbook, if it has alarms of its own. */
  readonly runbook?: string;
  /** Text for docs/architecture.md that says where to find its code. */
  readonly found: string;
  readonly changelog: string;
}

/** Resources each stage pays for. */
export interface Costs {
  /** Alarms on AWS. */
  readonly alarms: number;
  /** Queues that a worker on AWS polls. */
  readonly polled: number;
  /** Alerts on the logs of Azure. */
  readonly alerts: number;
  /** Schedules on Google. */
  readonly schedules: number;
  /** Functions of the API: without provisioned concurrency in the stage, each needs an environment. */
  readonly apis: number;
  /** Its share of the account's concurrency, in each of these stages. */
  readonly environments: Readonly<Record<'dev' | 'prod', number>>;
}
