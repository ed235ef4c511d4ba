import { insertBelow, replaceAt } from '../../config/edit.js'
import type { EntryLine } from '../../config/entries.js'
import type { Sourced } from '../../config/sourced.js'
import type { Span } from '../../config/span.js'
import { type Endpoint, familyOf, hostOf } from '../../kernel/address.js'
import { type Listener, type ListenerEdits, noLimits } from '../listener.js'

interface Block {
  readonly head: EntryLine | undefined
  readonly settings: ReadonlyMap<string, EntryLine>
}

/** The listeners of a flashmq.conf; one that is bound to an address of each family counts twice. */
export function listenersOf(lines: readonly EntryLine[], file: string): readonly Listener[] {
  const global = new Map<string, EntryLine>()
  const blocks: Block[] = []
  let open: Map<string, EntryLine> | undefined
  for (const line of lines) {
    if (line.key === undefined) continue
    const into = open ?? global
    if (line.value === '{') {
      open = new Map()
      if (line.key === 'listen') blocks.push({ head: line, settings: open })
    } else if (line.key === '}') open = undefined
    else into.set(line.key, line)
  }
  // Without any block FlashMQ opens one listener for MQTT.
  if (blocks.length === 0) blocks.push({ head: undefined, settings: new Map() })
  return blocks.flatMap((one) => ofBlock(one, global, file))
}

function ofBlock({ head, settings }: Block, global: ReadonlyMap<string, EntryLine>, file: string): readonly Listener[] {
  const protocol = settings.get('protocol')?.value
  if (protocol !== undefined && protocol !== 'mqtt' && protocol !== 'websockets') return []
  const tls = settings.has('fullchain') && settings.has('privkey')
  const web = protocol === 'websockets'
  const haproxy = settings.get('haproxy')
  const mode = haproxy?.value ?? 'off'
  const on = isTrue(mode) || mode.startsWith('client_verification')
  const verifies = mode.startsWith('client_verification') ? spanOf(haproxy) : undefined
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
      invalid: false,
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
      users: verifies ?? spanOf(global.get('mosquitto_password_file')),
      elsewhere: spanOf(global.get('plugin')),
      guestFromLoopbackOnly: false,
    },
    limits: noLimits,
    faults: [],
    edits: editsOf(head, settings),
  }
  const usual = web ? (tls ? 4443 : 8080) : tls ? 8883 : 1883
  return endpointsOf(settings, usual).map((endpoint) => ({ ...base, endpoint }))
}

function endpointsOf(settings: ReadonlyMap<string, EntryLine>, usual: number): readonly Endpoint[] {
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

function isTrue(word: string | undefined): boolean {
  return word !== undefined && /^(?:on|yes|true)$/.test(word)
}

function spanOf(line: EntryLine | undefined): Span | undefined {
  return line === undefined ? undefined : (line.keySpan ?? line.span)
}
