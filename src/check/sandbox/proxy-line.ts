import { type HaproxyLine, word } from '../../config/haproxy/document.js'
import type { Reach } from '../../config/left-out.js'
import {
  actionReach,
  judgedOptions,
  judgedProxy,
  keptActions,
  keptFilters,
  keptOptions,
  keptProxy,
  optionReach,
  proxyReach,
} from './allowed.js'
import { bindLine } from './bind-line.js'
import type { Relocation } from './relocation.js'
import { checkWords, serverLine, serverWords } from './server-line.js'
import { judgedLog, leave, plain, remade } from './words.js'

/** Lines of `defaults`, `frontend`, `listen` and `backend`. */
export function proxyLine(one: HaproxyLine, to: Relocation): readonly HaproxyLine[] {
  const words = one.words.map((each) => each.text)
  const [first = '', second = ''] = words[0] === 'no' || words[0] === 'default' ? words.slice(1) : words
  if (first === '' || first.startsWith('.')) return [plain(one)]
  if (first === 'bind') return bindLine(one, to)
  if (first === 'server' || first === 'server-template') return [serverLine(one, first === 'server' ? 2 : 3, to)]
  if (first === 'default-server')
    return [remade(one, [...one.words.slice(0, 1), ...serverWords(one, one.words.slice(1), to)])]
  const judged = to.options.purpose === 'judge'
  if (judged && first === 'log') return [judgedLog(one)]
  if (!keptProxy.has(first) && !(judged && judgedProxy.has(first))) return leave(one, proxyReach.get(first), to)
  if (first === 'option' && !keptOptions.has(second) && !(judged && judgedOptions.has(second)))
    return leave(one, optionReach.get(second), to)
  const reach = reachOf(first, words)
  if (reach !== undefined) return leave(one, reach === 'unknown' ? undefined : reach, to)
  if (first === 'stick-table') return [withoutWord(withoutWord(one, 'peers'), 'write-to')]
  return [withFiles(first === 'tcp-check' || first === 'http-check' ? checkWords(one, to) : one, to)]
}

const ruled = new Set([
  'tcp-request',
  'tcp-response',
  'http-request',
  'http-response',
  'http-after-response',
  'quic-initial',
])

/** What a line of a kept keyword reaches by its arguments; `undefined`: nothing. */
function reachOf(first: string, words: readonly string[]): Reach | 'unknown' | undefined {
  // Functions of Lua that is not loaded.
  if (words.some((one) => /(?:^|[,.\s[({]|%\[)lua\.[\w.]/.test(one))) return 'loads code'
  if (words.some((one) => /\bjwt_verify\w*\(|\bjwt_decrypt_cert\(/.test(one))) return 'opens a file'
  if (first === 'filter' && !keptFilters.has(words[1] ?? '')) {
    return /^(spoe|opentracing|opentelemetry|fcgi-app)$/.test(words[1] ?? '') ? 'connects elsewhere' : 'unknown'
  }
  if (!ruled.has(first)) {
    return first === 'http-error' && words.some((one) => /^(errorfiles?|file|lf-file)$/.test(one))
      ? 'opens a file'
      : undefined
  }
  const at = ruled.has(first) && /^(connection|session|content)$/.test(words[1] ?? '') ? 2 : 1
  const action = (words[at] ?? '').split('(')[0] ?? ''
  if (action === 'use-service') return words[at + 1] === 'prometheus-exporter' ? undefined : 'loads code'
  if (
    words.slice(at + 1).some((one) => /^(errorfiles?|file|lf-file)$/.test(one)) &&
    /^(return|deny|tarpit)$/.test(action)
  )
    return 'opens a file'
  if (action === '' || keptActions.has(action)) return undefined
  return actionReach.get(action) ?? 'unknown'
}

/** Lists and maps that a rule reads become copies in the sandbox; `acl ... src` refuses one address more where asked. */
function withFiles(one: HaproxyLine, to: Relocation): HaproxyLine {
  let changed = false
  const words = one.words.map((each, at) => {
    if (
      one.words[at - 1]?.text === '-f' &&
      /^(acl|tcp-request|tcp-response|http-request|http-response|http-after-response|use_backend|use-server)$/.test(
        one.words[0]?.text ?? '',
      )
    ) {
      changed = true
      return word(to.data(each.text.replace(/^(opt|virt|file)@/, ''), one.span, ''))
    }
    const moved = each.text.replace(/\b(map\w*)\(([^,)]+)/g, (_, name: string, path: string) => {
      return `${name}(${to.data(path.replace(/^(opt|virt|file)@/, ''), one.span, '')}`
    })
    if (moved === each.text) return each
    changed = true
    return word(moved)
  })
  const { denied } = to.options
  if (denied !== undefined && words[0]?.text === 'acl' && /^src(?:_ip)?$/.test(words[2]?.text ?? '')) {
    return remade(one, [...words, word(denied)])
  }
  return changed ? remade(one, words) : plain(one)
}

function withoutWord(one: HaproxyLine, name: string): HaproxyLine {
  const at = one.words.findIndex((each) => each.text === name)
  return at < 0
    ? one
    : remade(
        one,
        one.words.filter((_, index) => index !== at && index !== at + 1),
      )
}
