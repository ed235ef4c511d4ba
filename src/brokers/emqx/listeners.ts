import { replaceAt } from '../../config/edit.js'
import type { Sourced } from '../../config/sourced.js'
import type { Span } from '../../config/span.js'
import { type Endpoint, familyOf, hostOf } from '../../kernel/address.js'
import { type Listener, type ListenerEdits, noLimits } from '../listener.js'
import type { ReadContext } from '../read-context.js'
import { type HoconMember, lookUp } from './hocon.js'

type Members = ReadonlyMap<string, HoconMember>

const kinds = [
  { kind: 'tcp', transport: 'tcp', port: 1883 },
  { kind: 'ssl', transport: 'tls', port: 8883 },
  { kind: 'ws', transport: 'ws', port: 8083 },
  { kind: 'wss', transport: 'wss', port: 8084 },
] as const

/**
 * The listeners of an emqx.conf (5 and 6): those that are written, and one called `default` of every kind, which exists
 * unless the file turns it off. Variables `EMQX_LISTENERS__TCP__DEFAULT__PROXY_PROTOCOL` win over the file.
 */
export function listenersOf(
  root: Members,
  file: string,
  env: ReadContext['env'] = () => undefined,
): readonly Listener[] {
  return kinds.flatMap(({ kind, transport, port }) => {
    const written = lookUp(root, ['listeners', kind])?.value
    const names = new Set(['default', ...(written?.kind === 'object' ? written.members.keys() : [])])
    return [...names].flatMap((name) => {
      const at = lookUp(root, ['listeners', kind, name])
      if (at?.value.kind === 'text') return [] // marked_for_deletion
      const own: Members = at?.value.kind === 'object' ? at.value.members : new Map()
      const get = (...path: string[]): Sourced<string> | undefined => {
        const variable = ['EMQX_LISTENERS', kind, name, ...path].join('__').toUpperCase()
        const member = lookUp(own, path)
        const said = env(variable)?.replace(/^"(.*)"$/, '$1')
        if (said !== undefined) return { value: said, span: member?.key }
        return member?.value.kind === 'text' ? { value: member.value.text, span: member.key } : undefined
      }
      if ((get('enable') ?? get('enabled'))?.value === 'false') return []
      return [listenerOf({ kind, transport, usual: port, name, file, at, own, get, root })]
    })
  })
}

interface Draft {
  readonly kind: string
  readonly transport: Listener['transport']
  readonly usual: number
  readonly name: string
  readonly file: string
  readonly at: HoconMember | undefined
  readonly own: Members
  readonly get: (...path: string[]) => Sourced<string> | undefined
  readonly root: Members
}

function listenerOf(draft: Draft): Listener {
  const { file, at, own, get, root, transport } = draft
  const bind = own.get('bind')
  const proxy = get('proxy_protocol')
  const on = proxy?.value === 'true'
  const named = lookUp(root, ['mqtt', 'peer_cert_as_username'])
  const asked = named?.value.kind === 'text' && /^(cn|dn)$/.test(named.value.text) ? named.key : undefined
  const authentication = lookUp(root, ['authentication'])
  const users =
    authentication !== undefined && !isEmpty(authentication) ? authentication.key : own.get('authentication')?.key
  const start: Span = { file, line: 1, column: 1, endLine: 1, endColumn: 1 }
  const span = bind?.key ?? at?.key ?? start
  const verify = get('ssl_options', 'verify')?.value === 'verify_peer'
  const must = get('ssl_options', 'fail_if_no_peer_cert')?.value === 'true'
  const most = Number(get('max_connections')?.value)
  return {
    broker: 'emqx',
    brokerName: 'EMQX',
    file: span.file,
    endpoint: endpointOf(get('bind')?.value, bind, draft.usual),
    span,
    written: at !== undefined,
    transport,
    header: {
      accepts: on ? [1, 2] : [],
      invalid: false,
      span: proxy?.span,
      local: 'serves',
      unknown: 'serves',
      largest: undefined,
      withTls: true,
    },
    requireTls: undefined,
    requireCertificate: undefined,
    cnAsUsername: undefined,
    cn: on && asked !== undefined ? 'believed' : 'never',
    withoutCn: 'keeps its own name',
    certificateLogin: undefined,
    ownCertificate: verify ? (must ? 'required' : 'optional') : 'none',
    login: {
      anonymous: { value: users === undefined || get('enable_authn')?.value === 'false', span: users },
      users,
      // What the dashboard wrote is in other files.
      elsewhere: undefined,
      guestFromLoopbackOnly: false,
    },
    limits:
      Number.isInteger(most) && most > 0
        ? { ...noLimits, connections: { value: most, span: get('max_connections')?.span } }
        : noLimits,
    faults: [],
    edits: editsOf(draft),
  }
}

function isEmpty({ value }: HoconMember): boolean {
  return value.kind === 'list' && value.items.length === 0
}

/** `1883`, `:1883`, `0.0.0.0:1883`, `[::1]:1883`. */
function endpointOf(text: string | undefined, bind: HoconMember | undefined, usual: number): Endpoint {
  if (text === undefined && bind === undefined) return { kind: 'tcp', host: undefined, port: usual }
  const match = /^(?:(.*):)?(\d+)$/.exec(text ?? '')
  if (match === null) return { kind: 'other', text: text ?? 'a value with a variable' }
  const host = match[1] ?? ''
  const family = host === '' ? undefined : familyOf(host)
  return { kind: 'tcp', host: hostOf(host), port: Number(match[2]), ...(family !== undefined && { family }) }
}

function editsOf({ own, at, kind, name, file }: Draft): ListenerEdits {
  const set = (key: string, value: string) => {
    const text = `${key} = ${value}`
    const known = own.get(key)
    if (known !== undefined) return { text, edits: [replaceAt(known.value.span, value)] }
    const block = at?.value
    if (block?.kind === 'object' && block.span !== at?.key) {
      // A block of its own: right behind its opening brace.
      const inside = {
        ...block.span,
        column: block.span.column + 1,
        endLine: block.span.line,
        endColumn: block.span.column + 1,
      }
      return { text, edits: [replaceAt(inside, `\n  ${text}`)] }
    }
    const whole = `listeners.${kind}.${name}.${text}`
    const above = { file, line: 1, column: 1, endLine: 1, endColumn: 1 }
    return { text: whole, edits: [replaceAt(above, `${whole}\n`)] }
  }
  const port = () => {
    const value = own.get('bind')?.value
    return value?.kind === 'text' ? value : undefined
  }
  return {
    enableHeader: () => set('proxy_protocol', 'true'),
    disableHeader: () => (own.has('proxy_protocol') ? set('proxy_protocol', 'false') : undefined),
    setPort: (wanted) => {
      const bind = port()
      if (bind === undefined) return undefined
      const host = /^(.*:)\d+$/.exec(bind.text)?.[1] ?? ''
      return set('bind', `"${host}${wanted}"`)
    },
    setLoopback: () => {
      const number = /(\d+)$/.exec(port()?.text ?? '')?.[1]
      return number === undefined ? undefined : set('bind', `"127.0.0.1:${number}"`)
    },
  }
}
