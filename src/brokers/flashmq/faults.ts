import type { EntryLine } from '../../config/entries.js'
import type { ListenerFault } from '../listener.js'
import { endsTls, haproxyLine, isFalse, isTrue, type ListenBlock } from './blocks.js'

/** Settings of a `listen` block that FlashMQ 1.26.2 knows. */
const known: ReadonlySet<string> = new Set(
  `acme_redirect_url allow_anonymous client_verification_ca_dir client_verification_ca_file
  client_verification_still_do_authn deny_from drop_on_absent_certificate fullchain haproxy inet4_bind_address
  inet6_bind_address inet_protocol max_buffer_size max_qos minimum_tls_version mqtt3_qos_exceed_action only_allow_from
  overload_mode port privkey protocol tcp_nodelay unix_socket_group unix_socket_mode unix_socket_path unix_socket_user`.split(
    /\s+/,
  ),
)

const withOneWord: ReadonlySet<string> = new Set(['allow_anonymous', 'haproxy', 'port', 'protocol', 'inet_protocol'])

/** What keeps FlashMQ from starting; each was tried on 1.26.2. */
export function* faultsOf(block: ListenBlock): Generator<ListenerFault> {
  const { settings, lines } = block
  for (const line of lines) {
    const why = wrongLine(line)
    if (why !== undefined) yield { kind: 'cannot-be', at: line.span, message: `${why}: FlashMQ does not start` }
  }
  const own = settings.get('client_verification_ca_file') ?? settings.get('client_verification_ca_dir')
  const header = haproxyLine(block)
  if (own !== undefined && !endsTls(block)) {
    const message = `${own.key} needs fullchain and privkey in the same block: FlashMQ does not start`
    yield { kind: 'cannot-be', at: own.span, message }
  }
  if (own !== undefined && header?.value?.startsWith('client_verification')) {
    const message = `haproxy ${header.value} and ${own.key} cannot stand together: FlashMQ does not start`
    yield { kind: 'cannot-be', at: header.span, message, related: [{ span: own.span, message: 'the other one' }] }
  }
  if (settings.get('inet_protocol')?.value !== 'unix') return
  const no = ['inet4_bind_address', 'inet6_bind_address', 'fullchain', 'privkey', 'acme_redirect_url']
  const beside = no.flatMap((key) => settings.get(key) ?? [])[0]
  if (beside === undefined) return
  const message = `${beside.key} cannot stand beside inet_protocol unix: FlashMQ does not start`
  yield { kind: 'cannot-be', at: beside.span, message }
}

function wrongLine({ key = '', value = '' }: EntryLine): string | undefined {
  if (!known.has(key)) return `there is no setting "${key}" in a listen block`
  if (withOneWord.has(key) && /\s/.test(value.trim())) {
    return `${key} has one value; "${value.trim().split(/\s+/).slice(1).join(' ')}" is too much (a comment needs a line of its own)`
  }
  if (key === 'allow_anonymous' && !isTrue(value) && !isFalse(value)) return `"${value}" is neither true nor false`
  if (key === 'port' && !(/^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 65_534)) {
    return `"${value}" is not a port`
  }
  if (key === 'protocol' && !/^(?:mqtt|websockets|acme)$/.test(value)) return `there is no protocol "${value}"`
  return undefined
}
