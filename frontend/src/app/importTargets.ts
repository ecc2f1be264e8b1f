import { computed, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { counties, townshipsOf } from '../api/divisions';
import type { LedgerCode } from '../api/types';
import type { Target } from '../import/mapping';
import { DETAIL, HEAD, isSimple, type Field, type Simple } from '../ledger/fields';
import { useWords } from '../ledger/words';

const KINDS: Record<Simple['kind'], Target['kind']> = {
  text: 'text', long: 'text', words: 'text', team: 'text', int: 'number', number: 'number', date: 'date', instant: 'date', bool: 'bool', code: 'code', division: 'code',
};
/** Divisions a row can lie in, counties before their townships. */
const places = () => counties().flatMap((c) => [{ value: c.code, label: c.name }, ...townshipsOf(c.code).map((d) => ({ value: d.code, label: `${c.name} ${d.name}` }))]);
const isPerson = (f: Field) => f.kind === 'group' && f.fields.some((x) => x.name === 'phones');

/** useTargets are the fields of a ledger as an import fills them: a person's name and phones apart, lists as JSON. */
export function useTargets(ledger: Ref<LedgerCode>) {
  const { t } = useI18n();
  const { choices } = useWords();
  const said = (name: string) => t(`ledger.f.${name}`);
  function targetsOf(f: Field): Target[] {
    if (isPerson(f)) return ['name', 'phones'].map((part) => ({ name: `${f.name}.${part}`, label: `${said(f.name)} · ${said(part)}`, kind: 'text', required: false }));
    if (!isSimple(f)) return [{ name: f.name, label: `${said(f.name)} (JSON)`, kind: 'json', required: f.kind !== 'group' && !!f.required }];
    const listed = f.kind === 'division' ? places() : f.list ? choices(f.list) : [];
    return [{ name: f.name, label: said(f.name), kind: KINDS[f.kind], required: !!f.required, ...(listed.length ? { choices: listed } : {}) }];
  }
  return computed(() => [...HEAD, ...DETAIL[ledger.value]].flatMap(targetsOf));
}
