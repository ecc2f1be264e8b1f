import { useI18n } from 'vue-i18n';

/** useMishap puts the code of what went wrong into words; one not known stands for itself. */
export function useMishap(): (code: string) => string {
  const { t, te } = useI18n();
  return (code) => (te(`terminal.code.${code}`) ? t(`terminal.code.${code}`) : code);
}
