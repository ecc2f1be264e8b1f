import type { FieldProblem, Problem } from './types';

/** titleOf is the title in the page's language. */
const titleOf = (problem: Problem) => (document.documentElement.lang === 'en' && problem.title_en) || problem.title;

/** ApiProblem is a refusal of the server, or that it could not be reached (code unreachable). */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(titleOf(problem));
    this.name = 'ApiProblem';
    this.problem = problem;
  }

  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  /** fields are what is wrong, by path. */
  get fields(): readonly FieldProblem[] {
    return this.problem.errors ?? [];
  }

  /** text is the title in the page's language, with the detail where there is one. */
  get text(): string {
    const title = titleOf(this.problem);
    return this.problem.detail ? `${title} · ${this.problem.detail}` : title;
  }

  /** field is what is wrong at a path, if anything is. */
  field(path: string): string | undefined {
    const found = this.fields.find((f) => f.path === path || f.path.endsWith(`.${path}`) || f.path.endsWith(`/${path}`));
    return found && wordsOf(found);
  }
}

/** wordsOf says what is wrong with one field: the server's detail is English, so in Chinese the code's words come first. */
export function wordsOf(field: Pick<FieldProblem, 'title' | 'text'>): string {
  return document.documentElement.lang === 'en' || !field.title ? field.text : `${field.title}（${field.text}）`;
}

/** unreachable is the problem of an answer that never came. */
export function unreachable(cause: unknown): ApiProblem {
  const slow = cause instanceof DOMException && cause.name === 'TimeoutError';
  return new ApiProblem({
    type: '/problems/unreachable',
    code: slow ? 'timeout' : 'unreachable',
    status: 0,
    title: slow ? '服务器未及时答复' : '无法连接服务器',
    title_en: slow ? 'The server did not answer in time' : 'The server cannot be reached',
    instance: '',
  });
}

/** asProblem takes what an answer's body said, or makes a problem of the status alone. */
export function asProblem(body: unknown, status: number): ApiProblem {
  if (typeof body === 'object' && body !== null && 'code' in body && 'title' in body) return new ApiProblem(body as Problem);
  return new ApiProblem({ type: '/problems/http', code: `http_${status}`, status, title: `服务器答复 ${status}`, title_en: `The server answered ${status}`, instance: '' });
}
