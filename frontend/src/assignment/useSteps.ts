import { ref, shallowRef } from 'vue';
import { moveOn } from '../api/assignments';
import { ApiProblem, unreachable } from '../api/problem';
import type { Assignment, AssignmentState } from '../api/types';

/** useSteps moves one assignment on; what went wrong stays until the next try. */
export function useSteps(assignment: () => Assignment) {
  const busy = ref<AssignmentState>();
  const problem = shallowRef<ApiProblem>();

  /** step returns whether the server has taken it. */
  async function step(to: AssignmentState, reason?: string): Promise<boolean> {
    if (busy.value) return false;
    busy.value = to;
    problem.value = undefined;
    try {
      const { id, version } = assignment();
      await moveOn(id, version, to, reason?.trim());
      return true;
    } catch (cause) {
      problem.value = cause instanceof ApiProblem ? cause : unreachable(cause);
      return false;
    } finally {
      busy.value = undefined;
    }
  }
  return { busy, problem, step };
}
