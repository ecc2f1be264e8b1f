// Trusted Types: one default policy that lets through our own workers and nothing else.
// It must be the first import of main.ts.
interface Policies {
  createPolicy(name: string, rules: Record<string, (input: string) => string>): unknown;
}

function own(url: string): string {
  const at = new URL(url, location.href);
  const served = at.pathname.startsWith('/assets/') || import.meta.env.DEV;
  if (at.origin === location.origin && served) return url;
  throw new TypeError(`script URL refused: ${url}`);
}

function empty(html: string): string {
  if (html === '') return '';
  throw new TypeError('innerHTML refused');
}

const trusted = (window as { trustedTypes?: Policies }).trustedTypes;
trusted?.createPolicy('default', { createScriptURL: own, createHTML: empty });
export {};
