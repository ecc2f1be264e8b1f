import { api, ask } from '../api/client';
import { ApiProblem } from '../api/problem';
import type { NearestAnswer, NearestQuery } from '../api/types';

/** Near is an answer, and when it is by straight line although time by road was wanted, why. */
export interface Near {
  answer: NearestAnswer;
  instead?: 'no_roads' | 'off_road';
}

/** lacksRoads says whether a refusal means that no road can be used for this question, and which way. */
export function lacksRoads(problem: unknown): Near['instead'] {
  if (!(problem instanceof ApiProblem)) return undefined;
  const codes = [problem.code, ...problem.fields.map((f) => f.code)];
  return codes.includes('no_roads') ? 'no_roads' : codes.includes('off_road') ? 'off_road' : undefined;
}

/** askNearest asks by road; where no road can be used it asks by straight line, and says so. */
export async function askNearest(body: NearestQuery, signal?: AbortSignal): Promise<Near> {
  try {
    const answer = await ask(api.POST('/api/nearest', { body, signal }));
    return answer.basis === 'crow_flies' ? { answer, instead: 'no_roads' } : { answer };
  } catch (cause) {
    const instead = lacksRoads(cause);
    if (!instead) throw cause;
    return { answer: await ask(api.POST('/api/nearest', { body: { ...body, basis: 'crow_flies' }, signal })), instead };
  }
}
