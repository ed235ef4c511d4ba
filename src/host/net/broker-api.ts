import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { type ApiPage, apiPaths, type BrokerApiKind, parseApiPage } from '../../live/broker-api.js'
import type { BrokerSession } from '../../live/broker-session.js'
import { withDeadline } from '../process/deadline.js'
import { interrupted } from '../process/lifetime.js'

export interface BrokerApi {
  /** `http://127.0.0.1:15672`; paths below it are ours. */
  readonly url: string
  readonly username: string | undefined
  readonly password: string | undefined
  readonly timeoutMs: number
}

const mostBytes = 64 << 20
const mostPages = 400

/**
 * Clients by the broker's HTTP API: RabbitMQ's management plugin or EMQX. Only GET is used.
 * @throws Fault MP-BROKER-API: no URL or no such API (exit 2), refused (exit 3), not reached (exit 4)
 */
export async function clientsByApi(
  api: BrokerApi,
): Promise<{ readonly kind: BrokerApiKind; readonly sessions: readonly BrokerSession[] }> {
  for (const kind of ['RabbitMQ', 'EMQX'] as const) {
    const first = await page(api, kind, 1)
    if (first === undefined) continue
    const sessions = [...first.sessions]
    for (let n = 2; n <= Math.min(first.pages, mostPages); n++)
      sessions.push(...((await page(api, kind, n))?.sessions ?? []))
    return { kind, sessions }
  }
  throw new Fault('MP-BROKER-API', `${shown(api)} is neither the API of RabbitMQ nor of EMQX`, {
    exit: EXIT.usage,
    hints: [
      "RabbitMQ's management plugin: --broker-api http://127.0.0.1:15672",
      'EMQX: --broker-api http://127.0.0.1:18083 with an API key',
    ],
  })
}

/** `undefined`: this broker has another API. */
async function page(api: BrokerApi, kind: BrokerApiKind, n: number): Promise<ApiPage | undefined> {
  const url = new URL(apiPaths[kind].replace('PAGE', String(n)), base(api.url))
  const { username = '', password = '' } = api
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const headers = { accept: 'application/json', ...(username !== '' && { authorization }) }
  try {
    return await withDeadline(api.timeoutMs, interrupted, async ({ signal }) => {
      const answer = await fetch(url, { headers, redirect: 'error', signal })
      if (answer.status === 401 || answer.status === 403) throw refused(api, answer.status)
      if (!answer.ok || answer.body === null) return undefined
      return parseApiPage(kind, parsed(await bounded(answer.body, api)))
    })
  } catch (error) {
    if (error instanceof Fault) throw error
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    throw new Fault('MP-BROKER-API', `${shown(api)} cannot be asked: ${messageOf(cause)}`, {
      exit: EXIT.unreachable,
      cause: error,
    })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function bounded(body: ReadableStream<Uint8Array>, api: BrokerApi): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > mostBytes) {
      throw new Fault('MP-BROKER-API', `${shown(api)} answers with more than ${mostBytes >> 20} MiB`, {
        exit: EXIT.unreachable,
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** @throws Fault MP-BROKER-API (exit 2) for text that is not an address of an API, or that has a password in it */
function base(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const wrong = (message: string, hint: string) =>
    new Fault('MP-BROKER-API', message, { exit: EXIT.usage, hints: [hint] })
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw wrong('this is not an address of an API', 'write --broker-api http://127.0.0.1:15672')
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong(
      'the address of an API holds no username and no password: everybody could read it in the process list',
      'give them by -u NAME and --password-file FILE',
    )
  }
  return url
}

function shown({ url }: BrokerApi): string {
  const { protocol, host } = base(url)
  return `${protocol}//${host}`
}

function refused(api: BrokerApi, status: number): Fault {
  return new Fault('MP-BROKER-API', `${shown(api)} refuses to tell its clients (HTTP ${status})`, {
    exit: EXIT.environment,
    hints: ['-u NAME --password-file FILE; RabbitMQ wants a user with the tag monitoring, EMQX an API key'],
  })
}
