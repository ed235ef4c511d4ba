import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { printable, quoted } from '../../kernel/printable.js'
import type { Transport, Verdict } from '../../mqtt-server/arrival.js'
import type { Broker } from '../../mqtt-server/broker.js'
import { openConnection } from '../../mqtt-server/open.js'
import type { ListenerOptions } from '../../mqtt-server/options.js'
import { recognise } from '../../proxy-header/index.js'
import type { Upgrading } from './upgrading.js'

/** Bytes that wait for a peer above which it gets no pongs. */
const pongWaiting = 65_536

class WebSocketTransport implements Transport {
  constructor(
    readonly webSocket: WebSocket,
    readonly verdict: ((verdict: Verdict) => void) | undefined,
  ) {}

  get waiting(): number {
    return this.webSocket.bufferedAmount
  }

  pause(): void {
    this.webSocket.pause()
  }

  resume(): void {
    this.webSocket.resume()
  }

  write(bytes: Buffer): void {
    this.webSocket.send(bytes, { binary: true })
  }

  end(): void {
    this.webSocket.close(1000)
    // A client that does not answer the close frame is dropped.
    setTimeout(() => this.webSocket.terminate(), 1000).unref()
  }
}

/** The listener that it serves. */
interface Upgrades {
  readonly broker: Broker
  readonly options: ListenerOptions
  /** Connections that are not upgraded yet. */
  readonly upgrading: { get(socket: object): Upgrading | undefined }
}

/** The HTTP side of a WebSocket listener: it gets sockets whose PROXY header has been read, and upgrades them. */
export function websocketServer(listener: Upgrades): Server {
  const at = (socket: object) => listener.upgrading.get(socket)
  const http = createServer((request, response) => {
    at(request.socket)?.refuse(`${request.method} ${printable(request.url ?? '')} without an upgrade to WebSocket`)
    response.writeHead(426, { Connection: 'close', 'Content-Type': 'text/plain' })
    response.end('MQTT over WebSocket: subprotocol mqtt\n')
  })
  const { origins } = listener.options
  const server = new WebSocketServer({
    noServer: true,
    autoPong: false,
    perMessageDeflate: false,
    maxPayload: Math.max(listener.broker.limits.maxPacketSize, 1024) + 5,
    handleProtocols: (offered) => ['mqtt', 'mqttv3.1'].find((one) => offered.has(one)) ?? false,
  })
  // Mosquitto writes "WebSocket" with capitals; clients compare without regard to case.
  server.on('headers', (headers) => {
    const at = headers.indexOf('Upgrade: websocket')
    if (at >= 0) headers[at] = 'Upgrade: WebSocket'
  })
  http.on('clientError', (error: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }, socket) => {
    const found = error.rawPacket && recognise(error.rawPacket)
    const hint = 'a client that speaks MQTT without WebSocket, or a PROXY header that this listener does not expect'
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') at(socket)?.refuse('no whole HTTP request in time')
    else if (error.rawPacket) {
      at(socket)?.refuse(`no HTTP request${found === undefined ? '' : `: the first bytes are ${found}`}`, hint)
    }
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
    else socket.destroy()
  })
  http.on('upgrade', (request, socket, head) => {
    const { origin = '' } = request.headers
    if (origins.length > 0 && !origins.includes(origin)) {
      at(socket)?.refuse(`the origin ${quoted(origin)} is not allowed`)
      socket.destroy()
      return
    }
    at(socket)?.refuse('no valid WebSocket handshake')
    server.handleUpgrade(request, socket, head, (webSocket) => serve(listener, webSocket, request))
  })
  return http
}

function serve(listener: Upgrades, webSocket: WebSocket, request: IncomingMessage): void {
  const upgrading = listener.upgrading.get(request.socket)
  if (!upgrading) {
    webSocket.terminate()
    return
  }
  upgrading.done()
  const transport = new WebSocketTransport(webSocket, upgrading.say)
  const connection = openConnection(listener.broker, listener.options, upgrading.arrival, transport)
  webSocket.on('message', (data: RawData, binary: boolean) => {
    // Text frames are not MQTT [MQTT-6.0.0-1].
    if (!binary) webSocket.close(1003)
    else connection.receive(bufferOf(data))
  })
  // A ping may go unanswered when newer ones follow (RFC 6455 5.5.3): who does not read gets no more pongs.
  webSocket.on('ping', (data: Buffer) => {
    if (webSocket.bufferedAmount < pongWaiting) webSocket.pong(data)
  })
  webSocket.on('close', () => connection.lost())
  webSocket.on('error', () => connection.lost())
  request.socket.on('drain', () => connection.drained())
}

function bufferOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}
