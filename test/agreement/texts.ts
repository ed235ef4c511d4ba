import { defaults } from './batch.js'
import type { BindSpec, Client, ListenerSpec, Send, Spec } from './spec.js'

/** Names and ports of one pair. */
export interface Ports {
  readonly binds: readonly number[]
  readonly inner: readonly number[]
  readonly listener: number
  readonly wrong: number
  readonly socket: string
}

export interface PairTexts {
  /** Sections of each HAProxy file, without `defaults`. */
  readonly haproxies: readonly string[]
  readonly mosquitto: string
}

const server = 'ssl crt certs/server.pem'
const verifies: Readonly<Record<Client, string>> = {
  plain: '',
  tls: ` ${server}`,
  optional: ` ${server} ca-file certs/client-ca.pem verify optional`,
  mtls: ` ${server} ca-file certs/client-ca.pem verify required`,
}

export function textsOf(spec: Spec, ports: Ports): PairTexts {
  const name = `p${spec.seed}`
  const binds = spec.binds.map(
    (one, at) =>
      `    bind ${bindAddress(one, ports.binds[at] ?? 0)}${verifies[one.client]}${one.accept ? ' accept-proxy' : ''}\n`,
  )
  const files: string[][] = [[]]
  const own = () => settingsOf(spec, `${name}_${files.length - 1}`)
  const put = (section: string) => files.at(-1)?.push(section)
  const send = spec.settings === 'beside' ? words(spec.server.send) : ''
  const last = `    server b ${serverAddress(spec, ports)}${send}${secure(spec.server.ssl)}${spec.server.disabled ? (spec.seed < 100 || spec.seed % 2 === 0 ? ' disabled' : ' weight 0') : ''}\n`
  const next = (at: number) => {
    const inner = spec.inner[at]
    return inner && `    server i 127.0.0.1:${ports.inner[at]}${words(inner.send)}${secure(inner.ssl)}\n`
  }
  const first = next(0)
  put(`frontend ${name}_mqtt${own().from}\n${binds.join('')}    default_backend ${name}_out\n\n`)
  put(`backend ${name}_out${first === undefined ? own().fromOut : own().from}\n${first ?? last}\n`)
  for (const [at, inner] of spec.inner.entries()) {
    if (inner.ownFile) files.push([])
    const server = next(at + 1)
    const bind = `    bind 127.0.0.1:${ports.inner[at]}${verifies[inner.client]}${inner.accept ? ' accept-proxy' : ''}\n`
    put(
      `listen ${name}_inner${at}_mqtt${server === undefined ? own().fromOut : own().from}\n${bind}${server ?? last}\n`,
    )
  }
  return {
    haproxies: files.map((sections, at) => settingsOf(spec, `${name}_${at}`).around(sections)),
    mosquitto: listenerText(spec.listener, ports),
  }
}

/** How the sections of a file come to their mode, their timeouts and the header of the last server line. */
function settingsOf({ settings, server: { send } }: Spec, name: string) {
  const out = `default-server${words(send)}`
  const tcp = '    mode tcp\n    retries 0\n    timeout connect 2s\n    timeout client 200s\n    timeout server 200s\n'
  const extra = send === '' ? '' : `    ${out}\n`
  if (settings === 'beside')
    return { from: '', fromOut: '', around: (sections: readonly string[]) => sections.join('') }
  if (settings === 'last') {
    // Without `from` a section has the defaults above it, also those with a name.
    const named = `defaults ${name}_tcp\n${tcp}\n`
    const andOut = `defaults ${name}_out from ${name}_tcp\n${extra}\n`
    return {
      from: '',
      fromOut: '',
      around: (sections: readonly string[]) =>
        `${named}${sections.slice(0, -1).join('')}${andOut}${sections.at(-1) ?? ''}${reset}`,
    }
  }
  // What stands between them is nobody's.
  const decoy = 'defaults\n    mode http\n    timeout connect 1s\n    timeout client 1s\n    timeout server 1s\n\n'
  const named = `defaults ${name}_tcp\n${tcp}\ndefaults ${name}_out from ${name}_tcp\n${extra}\n${decoy}`
  return {
    from: ` from ${name}_tcp`,
    fromOut: ` from ${name}_out`,
    around: (sections: readonly string[]) => `${named}${sections.join('')}${reset}`,
  }
}

/** The pairs behind it in one file begin with what all of them begin with. */
const reset = defaults

function bindAddress({ host }: BindSpec, port: number): string {
  const [address = '', family] = host.split(' ')
  return `${address === '::' || address === '::1' ? `${address}:${port}` : `${address}:${port}`}${family === undefined ? '' : ` ${family}`}`
}

function serverAddress({ server: { host, wrongPort }, listener }: Spec, ports: Ports): string {
  if (host === 'unix' && listener.host === 'unix') return `unix@${ports.socket}${wrongPort ? '.other' : ''}`
  const port = wrongPort ? ports.wrong : ports.listener
  return `${host === 'unix' ? '127.0.0.1' : host}:${port}`
}

function words(send: Send): string {
  return send === '' ? '' : ` ${send}`
}

function secure(ssl: boolean): string {
  return ssl ? ' ssl verify none crt certs/client.pem' : ''
}

function listenerText(one: ListenerSpec, ports: Ports): string {
  const at = one.host === 'unix' ? `0 ${ports.socket}` : `${ports.listener} ${one.host}`.trim()
  return [
    `listener ${at}`,
    ...(one.proxy === 0 ? [] : [`enable_proxy_protocol ${one.proxy}`]),
    ...(one.tls ? ['certfile certs/server.crt', 'keyfile certs/server.key', 'cafile certs/client-ca.pem'] : []),
    ...(one.requireTls ? ['proxy_protocol_v2_require_tls true'] : []),
    ...(one.requireCertificate ? ['require_certificate true'] : []),
    ...(one.cn ? ['use_identity_as_username true'] : []),
    `listener_allow_anonymous ${one.anonymous}`,
    '',
  ].join('\n')
}
