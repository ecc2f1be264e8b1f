import type { MessageContext, MessageFunction } from 'vue-i18n';

/**
 * compileMessage reads a message with {name} for a value and {'@'} for a character taken literally.
 * It stands in for the library's compiler, which knows plurals and links that no message here uses and weighs 6 kB more.
 */
export function compileMessage(message: unknown): MessageFunction<string> {
  const parts = String(message).split(/\{\s*(\w+|'[^']*')\s*\}/); // texts at even places, values at odd ones
  const read = (ctx: MessageContext<string>) =>
    parts.map((part, i) => (i % 2 === 0 ? part : part.startsWith("'") ? part.slice(1, -1) : String(ctx.named(part) ?? ''))).join('');
  return read as MessageFunction<string>;
}
