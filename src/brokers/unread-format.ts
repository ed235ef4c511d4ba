/** Formats that are detected so that they can be named; none of our readers reads them. */
const formats: readonly { readonly what: string; readonly is: (text: string, name: string) => boolean }[] = [
  {
    what: 'UTF-16 text (save it as UTF-8)',
    is: (text) => /^(?:\ufffd\ufffd|\u00ff\u00fe|\u00fe\u00ff)?(?:[^\0]\0|\0[^\0]){4}/.test(text),
  },
  { what: 'a binary file', is: (text) => (text.slice(0, 8192).match(/[\0-\x08\x0e-\x1a]/g)?.length ?? 0) > 8 },
  {
    what: 'Erlang terms that name no application of RabbitMQ',
    is: (text) => /^\[[\s\S]*\]\s*\.\s*$/.test(text) && /\{\s*[a-z'"]/.test(text) && !/\{\s*'?rabbit/.test(text),
  },
  { what: 'XML', is: (text) => /^<(?:\?xml|!--|[A-Za-z][\w:.-]*[\s>])/.test(text) },
  { what: 'JSON', is: (text) => /^(?:\{\s*"|\[\s*[{"\d])/.test(text) && /[}\]]\s*$/.test(text) },
  {
    what: 'an nginx configuration',
    is: (text) => /^\s*(?:stream|http|events)\s*\{/m.test(text) && /^\s*(?:server|upstream)\b.*\{/m.test(text),
  },
  {
    what: 'a YAML file',
    is: (text, name) => /\.ya?ml$/.test(name) || /^(?:---\s|[A-Za-z_]\w*:(?:\s|$)[\s\S]*\n\s+\w+:)/.test(text),
  },
  { what: 'a TOML file', is: (text, name) => name.endsWith('.toml') || /^\[\[?[A-Za-z][\w.-]*\]\]?\s*$/m.test(text) },
]

/**
 * What a file is that none of our readers takes, in words; `undefined` where it may be one that we read. Comments and
 * blanks in front do not count.
 */
export function unreadFormat(text: string, file: string): string | undefined {
  const name = file.split('/').at(-1)?.toLowerCase() ?? ''
  const start = withoutLead(text)
  return formats.find(({ is }) => is(start, name))?.what
}

function withoutLead(text: string): string {
  let at = text.startsWith('\ufeff') ? 1 : 0
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++
    if (text[at] !== '%' && text[at] !== '#') return text.slice(at)
    const end = text.indexOf('\n', at)
    if (end < 0) return ''
    at = end
  }
}
