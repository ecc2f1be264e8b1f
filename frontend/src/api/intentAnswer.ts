import type { Intent, Outcome } from './intent';
import { asProblem } from './problem';
import type { Assignment, AssignmentState, Problem, Receipt } from './types';

/** BUSY are the statuses after which the very same command is sent again: nothing was decided. */
const BUSY: readonly number[] = [429, 502, 503, 504, 507];

/** outcomeOf reads the answer to an intent. standing is the assignment as this page last saw it, for answers that do not say. */
export function outcomeOf(i: Intent, status: number, body: unknown, standing?: Assignment): Outcome {
  if (status >= 200 && status < 300) return { as: 'done', receipt: body as Receipt };
  const { problem } = asProblem(body, status);
  if (status === 401) return { as: 'signed_out' };
  if (BUSY.includes(status)) return { as: 'network', code: problem.code };
  const now = assignmentOf(problem) ?? (problem.code === 'conflict_version' ? undefined : standing);
  if (i.kind === 'step' && now && isAlready(now, toOf(i))) return { as: 'done', receipt: { id: now.id, version: now.version, seq: now.seq }, already: true };
  return { as: problem.code === 'conflict_version' ? 'conflict' : 'refused', problem };
}

/** toOf is the state a step leads to. */
export const toOf = (i: Intent): AssignmentState => (i.body as { to: AssignmentState }).to;

/** assignmentOf is how the assignment stands by a problem's own words. */
export function assignmentOf(problem: Problem | undefined): Assignment | undefined {
  const now = problem?.current as Partial<Assignment> | undefined;
  return now && typeof now.state === 'string' && typeof now.version === 'number' ? (now as Assignment) : undefined;
}

/** isAlready says that an assignment has taken a step: it stands there, or its milestone is stamped. */
export function isAlready(now: Assignment, to: AssignmentState): boolean {
  return now.state === to || (now as unknown as Record<string, unknown>)[`${to}_at`] !== undefined;
}

/** mayRepeat says that a refused intent may come through as it is: the server failed, or the line was too slow. */
export const mayRepeat = (i: Intent): boolean => i.state === 'refused' && ((i.problem?.status ?? 0) >= 500 || i.problem?.status === 408);
