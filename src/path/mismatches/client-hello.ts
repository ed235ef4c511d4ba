import type { HaproxyLine, HaproxyWord } from '../../config/haproxy/document.js'
import type { ProxyView } from '../../config/haproxy/view.js'
import type { TextEdit } from '../../kernel/result.js'
import { replaceAt } from '../edits.js'
import { contentRules } from '../inspection/content-rules.js'
import type { FoundMismatch, Judge } from '../mismatch.js'

/** The expression of the handshake that HAProxy ended itself, for one that reads it off the wire. */
const ended: ReadonlyMap<string, string> = new Map([
  ['sni', 'ssl_fc_sni'],
  ['alpn', 'ssl_fc_alpn'],
])

export const helloAfterTls: Judge = {
  evidence:
    'HAProxy 3.2.26, a bind with ssl: req.ssl_sni never matches (the default backend took every client), "reject unless req.ssl_hello_type 1" cuts every client; ssl_fc_sni matches.',
  *find({ haproxies, carriers }) {
    for (const { proxies } of haproxies) {
      for (const proxy of proxies) {
        if (!carriers.has(proxy) || proxy.conditional || proxy.disabled || proxy.mode.value !== 'tcp') continue
        const binds = proxy.binds.filter((one) => one.ssl !== undefined)
        const [bind] = binds
        if (bind === undefined || !proxy.effective.some(mentionsHello)) continue
        const all = binds.length === proxy.binds.length
        const waiting = new Set(contentRules(proxy).flatMap((one) => (one.action === 'accept' ? [one.line] : [])))
        for (const line of usedLines(proxy)) {
          // A rule that only accepts ends up doing nothing; beside plain binds it may be meant for them.
          if (waiting.has(line) || (!all && !line.words.some((one) => /req[._]ssl_sni/.test(one.text)))) continue
          const words = line.words.filter((one) => /\breq[._]ssl_\w+/.test(one.text))
          const [word] = words
          if (word !== undefined) yield found(proxy, word, words, { all, at: bind.ssl ?? bind.span })
        }
      }
    }
  },
}

function mentionsHello({ words }: HaproxyLine): boolean {
  return words.some((one) => one.text.includes('ssl_') && /\breq[._]ssl_/.test(one.text))
}

/** Lines that decide something, and the ACLs that they use. */
function usedLines(proxy: ProxyView): readonly HaproxyLine[] {
  const deciding = proxy.effective.filter(({ words }) =>
    /^(?:tcp-request|use_backend|use-server|stick)$/.test(words[0]?.text ?? ''),
  )
  const names = new Set(deciding.flatMap((line) => line.words.map((one) => one.text.replace(/^!+/, ''))))
  const acls = proxy.effective.filter(({ words }) => words[0]?.text === 'acl' && names.has(words[1]?.text ?? ''))
  return [...acls, ...deciding]
}

function found(
  proxy: ProxyView,
  word: HaproxyWord,
  words: readonly HaproxyWord[],
  bind: { readonly all: boolean; readonly at: HaproxyWord['span'] },
): FoundMismatch {
  const name = /\breq[._]ssl_\w+/.exec(word.text)?.[0] ?? word.text
  const better = ended.get(name.replace(/^req[._]ssl_/, ''))
  const edits = words.flatMap((one) => editOf(one))
  return {
    at: word.span,
    suffers: bind.all ? 'every client' : 'every client of this bind',
    ...(!bind.all && { severity: 'warning' as const }),
    message: `${name} reads a TLS ClientHello, but ${proxy.kind} "${proxy.name}" has ended TLS${bind.all ? '' : ' at one of its binds'}: it never matches there`,
    related: [{ span: bind.at, message: 'TLS ends here' }],
    remedy: {
      text: better ?? 'take it away, or leave "ssl" out of the bind and pass TLS through',
      ...(bind.all && edits.length === words.length && { edits }),
    },
  }
}

function editOf(word: HaproxyWord): readonly TextEdit[] {
  if (word.raw !== word.text) return []
  let whole = true
  const text = word.text.replace(/\breq[._]ssl_(\w+)/g, (name, fact: string) => {
    const better = ended.get(fact)
    if (better === undefined) whole = false
    return better ?? name
  })
  return whole ? [replaceAt(word.span, text)] : []
}
