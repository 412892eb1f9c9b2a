import type { JobRequest } from './contracts.ts';
import type { Ending, Job } from './job.ts';

export interface JobStore {
  /** Stores a new job. @returns the stored job if the id is already taken, else undefined */
  create(job: Job): Promise<Job | undefined>;
  /** Strongly consistent. */
  find(jobId: string): Promise<Job | undefined>;
  /**
   * Counts an attempt at a queued job. @returns its number; undefined when the job has ended or has no attempts left
   */
  begin(jobId: string, most: number): Promise<number | undefined>;
  /** Ends a queued job. @returns false, without a change, when it has already ended */
  end(jobId: string, ending: Ending, at: string): Promise<boolean>;
}

export interface JobQueue {
  /** Returns once the queue has stored the message. Delivery is at least once. */
  send(request: JobRequest): Promise<void>;
}

export type Counter = 'JobsSubmitted' | 'Duplicates' | 'JobsDone' | 'JobsFailed' | 'DeadLettered';
