import { insertBelow, replaceAt } from '../../config/edit.js'
import type { EntryLine } from '../../config/entries.js'
import type { Sourced } from '../../config/sourced.js'
import type { Span } from '../../config/span.js'
import { type ConfigEndpoint, familyOf, hostOf } from '../../kernel/address.js'
import { type Listener, type ListenerEdits, noLimits } from '../listener.js'
import { blocksOf, endsTls, type FlashmqBlocks, haproxyLine, isFalse, isTrue, type ListenBlock } from './blocks.js'
import { faultsOf } from './faults.js'

/** The listeners of a flashmq.conf; one that is bound to an address of each family counts twice. */
export function listenersOf(lines: readonly EntryLine[], file: string): readonly Listener[] {
  const { listen, global } = blocksOf(lines)
  return listen.flatMap((one) => ofBlock(one, global, file))
}

function ofBlock(block: ListenBlock, global: FlashmqBlocks['global'], file: string): readonly Listener[] {
  const { head, settings } = block
  const protocol = settings.get('protocol')?.value
  if (protocol === 'acme') return []
  const tls = endsTls(block)
  const web = protocol === 'websockets'
  const haproxy = haproxyLine(block)
  const mode = haproxy?.value ?? 'off'
  const verifying = /^client_verification(?:_with_authn)?$/.test(mode)
  const on = isTrue(mode) || verifying
  const verifies = verifying ? spanOf(haproxy) : undefined
  const anonymous = settings.get('allow_anonymous') ?? global.get('allow_anonymous')
  const allowed: Sourced<boolean> = { value: isTrue(anonymous?.value), span: spanOf(anonymous) }
  const start = { file, line: 1, column: 1, endLine: 1, endColumn: 1 }
  const base: Omit<Listener, 'endpoint'> = {
    broker: 'flashmq',
    brokerName: 'FlashMQ',
    file: head?.span.file ?? file,
    span: spanOf(head) ?? start,
    written: head !== undefined,
    transport: web ? (tls ? 'wss' : 'ws') : tls ? 'tls' : 'tcp',
    header: {
      accepts: on ? [2] : [],
      invalid: !on && !isFalse(mode),
      span: spanOf(haproxy),
      local: 'closes',
      unknown: 'closes',
      largest: undefined,
      withTls: true,
    },
    requireTls: undefined,
    // It looks for the CN alone: without a certificate there is none.
    requireCertificate: verifies,
    cnAsUsername: verifies,
    cnOption: `haproxy ${mode}`,
    cn: verifies === undefined ? 'never' : 'believed',
    withoutCn: 'refused',
    certificateLogin: undefined,
    ownCertificate:
      settings.has('client_verification_ca_file') || settings.has('client_verification_ca_dir') ? 'required' : 'none',
    login: {
      anonymous: allowed,
      users: (mode === 'client_verification' ? verifies : undefined) ?? spanOf(global.get('mosquitto_password_file')),
      elsewhere: spanOf(global.get('plugin')),
      guest: undefined,
    },
    limits: noLimits,
    faults: [...faultsOf(block)],
    edits: editsOf(head, settings),
  }
  return endpointsOf(block).map((endpoint) => ({ ...base, endpoint }))
}

/** Where a block listens: on one address of each family unless it says otherwise. */
export function endpointsOf(block: ListenBlock): readonly ConfigEndpoint[] {
  const { settings } = block
  const web = settings.get('protocol')?.value === 'websockets'
  const usual = web ? (endsTls(block) ? 4443 : 8080) : endsTls(block) ? 8883 : 1883
  const family = settings.get('inet_protocol')?.value ?? 'ip4_ip6'
  if (family === 'unix') return [{ kind: 'unix', path: settings.get('unix_socket_path')?.value ?? '' }]
  const written = settings.get('port')?.value
  const port = written === undefined ? usual : /^\d+$/.test(written) ? Number(written) : undefined
  const four = settings.get('inet4_bind_address')?.value ?? '0.0.0.0'
  const six = settings.get('inet6_bind_address')?.value ?? '::'
  const hosts = family === 'ip4' ? [four] : family === 'ip6' ? [six] : [four, six]
  if (hosts.length === 2 && hosts.every((one) => hostOf(one) === undefined))
    return [{ kind: 'tcp', host: undefined, port }]
  return hosts.map((one) => {
    const only = familyOf(one)
    return { kind: 'tcp', host: hostOf(one), port, ...(only !== undefined && { family: only }) }
  })
}

function editsOf(head: EntryLine | undefined, settings: ReadonlyMap<string, EntryLine>): ListenerEdits {
  const set = (key: string, value: string, text: string) => {
    const line = settings.get(key)
    if (line?.valueSpan !== undefined) return { text, edits: [replaceAt(line.valueSpan, value)] }
    return head && { text, edits: [insertBelow(head.span, `  ${key} ${value}`)] }
  }
  return {
    enableHeader: (version) => (version === 2 ? set('haproxy', 'on', 'haproxy on') : undefined),
    disableHeader: () => set('haproxy', 'off', 'haproxy off'),
    setPort: (port) => set('port', String(port), `port ${port}`),
    setLoopback: () => {
      const family = settings.get('inet_protocol')?.value ?? 'ip4_ip6'
      if (family === 'ip6') return set('inet6_bind_address', '::1', 'inet6_bind_address ::1')
      if (family === 'ip4') return set('inet4_bind_address', '127.0.0.1', 'inet4_bind_address 127.0.0.1')
      return undefined
    },
  }
}

function spanOf(line: EntryLine | undefined): Span | undefined {
  return line === undefined ? undefined : (line.keySpan ?? line.span)
}
