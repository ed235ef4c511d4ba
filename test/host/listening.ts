import { createServer, type Server, type Socket } from 'node:net'
import { own } from '../../src/host/process/lifetime.js'

/** A TCP server that does whatever `serve` does, on a port of 127.0.0.1 that the kernel chooses; `endAll` ends it. */
export function listen(serve: (socket: Socket) => void): Promise<number> {
  return listenOn(createServer(serve))
}

/** The port of a server that was not listening yet; `endAll` ends it and its connections. */
export async function listenOn(server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ port: 0, host }, resolve))
  own('test server', async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((closed) => server.close(closed))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return address.port
}
