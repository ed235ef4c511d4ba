import { type BrokerSession, mqttOf } from './broker-session.js'
import { endOf } from './runtime/sessions.js'

/** What an HTTP API of a broker is: each has its own paths. */
export type BrokerApiKind = 'RabbitMQ' | 'EMQX'

/** Asked in this order; the first that answers says whose API it is. */
export const apiPaths: Readonly<Record<BrokerApiKind, string>> = {
  RabbitMQ: '/api/connections?page=PAGE&page_size=500',
  EMQX: '/api/v5/clients?page=PAGE&limit=500&conn_state=connected',
}

/** One page of an API: its clients, and how many pages there are. */
export interface ApiPage {
  readonly sessions: readonly BrokerSession[]
  readonly pages: number
}

/** `undefined` where the document is not what this API answers. */
export function parseApiPage(kind: BrokerApiKind, document: unknown): ApiPage | undefined {
  const body = record(document)
  if (body === undefined) return undefined
  return kind === 'RabbitMQ' ? rabbitmqPage(body) : emqxPage(body)
}

/** `GET /api/connections` of the management plugin; connections of other protocols are left out. */
function rabbitmqPage(body: Fields): ApiPage | undefined {
  if (!Array.isArray(body.items) || typeof body.page_count !== 'number') return undefined
  const sessions = body.items.flatMap((item): BrokerSession[] => {
    const one = record(item)
    const protocol = typeof one?.protocol === 'string' ? one.protocol : joined(one?.protocol)
    const [, , version] = /^(Web )?MQTT(?: (?:v)?([\d.]+|\d-\d-\d))?/.exec(protocol ?? '') ?? []
    const host = text(one?.peer_host)
    const port = number(one?.peer_port)
    if (one === undefined || !/MQTT/.test(protocol ?? '') || host === undefined || port === undefined) return []
    const properties = record(one.client_properties)
    const clientId = text(properties?.client_id) ?? text(one.client_id)
    const connectedAt = number(one.connected_at)
    return [
      {
        clientId: clientId ?? '',
        username: text(one.user),
        address: endOf(host, port),
        mqtt: version,
        keepalive: number(one.timeout),
        since: connectedAt === undefined ? undefined : new Date(connectedAt).toISOString(),
        ...(one.ssl === true && {
          tls: {
            version: text(one.ssl_protocol),
            cn: /(?:^|,)CN=([^,]+)/.exec(text(one.peer_cert_subject) ?? '')?.[1],
            verified: undefined,
          },
        }),
      },
    ]
  })
  return { sessions, pages: body.page_count }
}

/** `GET /api/v5/clients`, from EMQX's documentation of release 5; no EMQX can be run here. */
function emqxPage(body: Fields): ApiPage | undefined {
  const meta = record(body.meta)
  if (!Array.isArray(body.data) || meta === undefined) return undefined
  const sessions = body.data.flatMap((item): BrokerSession[] => {
    const one = record(item)
    const host = text(one?.ip_address)
    const port = number(one?.port)
    const clientId = text(one?.clientid)
    if (one === undefined || host === undefined || port === undefined || clientId === undefined) return []
    return [
      {
        clientId,
        username: text(one.username),
        address: endOf(host, port),
        mqtt: mqttOf(number(one.proto_ver) ?? 0),
        keepalive: number(one.keepalive),
        since: text(one.connected_at),
      },
    ]
  })
  const [count, limit] = [number(meta.count) ?? sessions.length, number(meta.limit) ?? 500]
  return { sessions, pages: Math.max(1, Math.ceil(count / limit)) }
}

type Fields = Readonly<Record<string, unknown>>

function record(value: unknown): Fields | undefined {
  return isRecord(value) ? value : undefined
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** RabbitMQ 3.10 gives the protocol as a tuple: `["MQTT", "3.1.1"]` or text, by release. */
function joined(value: unknown): string | undefined {
  return Array.isArray(value) ? value.join(' ') : undefined
}
