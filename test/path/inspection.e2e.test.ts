import { writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeWorkdir, type Workdir } from '../../src/host/files/workdir.js'
import { startHaproxy } from '../../src/host/haproxy/haproxy.js'
import { freePorts } from '../../src/host/net/ports.js'
import { endAll } from '../../src/host/process/lifetime.js'
import { findProgram } from '../../src/host/process/programs.js'
import { inspectionCases, inspectionConfig } from './inspection-cases.js'

let folder: Workdir
let servers: Server[]
let behind: number[]

/** Says its name to everybody who connects: so a client learns where it went without a byte of its own. */
function greeter(name: string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.on('error', () => {}).write(name))
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

beforeAll(async () => {
  folder = await makeWorkdir('test')
  servers = await Promise.all(['A', 'B'].map(greeter))
  behind = servers.map((one) => (one.address() as { port: number }).port)
})

afterAll(async () => {
  await endAll()
  for (const one of servers) one.close()
})

/** A CONNECT of user u1. */
const packet = Buffer.from('101200044d5154540482003c000263310002' + '7531', 'hex')

/** What becomes of a client: without a byte of its own, or once it sends a CONNECT. */
function client(port: number, silentMs: number | undefined, first = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    let before = true
    const socket = connect(port, '127.0.0.1', () => {
      if (silentMs === undefined) return
      if (first > 0) socket.write(packet.subarray(0, first))
      setTimeout(() => {
        before = false
        socket.write(packet.subarray(first))
      }, silentMs)
    })
    const end = (what: string) => {
      socket.destroy()
      resolve(before ? what : `${what} after its CONNECT`)
    }
    socket.once('data', (data) => end(data.toString().slice(0, 1)))
    socket.once('end', () => end('cut'))
    socket.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? end('cut') : reject(error)))
  })
}

describe.each(['2.6', '3.2'])('HAProxy %s decides before the first byte', async (version) => {
  const { program } = await findProgram('haproxy', { chosen: version })

  it.each(inspectionCases.map((one) => [one.name, one] as const))('%s', async (name, one) => {
    const [front = 0] = await freePorts(1)
    const [a = 0, b = 0] = behind
    const file = join(folder.path, `${version}-${name.replaceAll(/\W/g, '-')}.cfg`)
    writeFileSync(file, inspectionConfig(one, front, a, b))
    const listeners = [{ host: '127.0.0.1', port: front }]
    const haproxy = await startHaproxy({ program, files: [file], folder: folder.path, listeners })
    try {
      // A client that never says a word shows what is decided without it; 100 ms is a client that takes its time.
      if (one.pieces === 'right') expect(await client(front, 100, 5)).toBe('B after its CONNECT')
      if (one.pieces === 'wrong') expect(await client(front, 100, 5)).toMatch(/^A/)
      if (one.truth === 'waits') expect(await client(front, 100)).toMatch(/^[AB] after its CONNECT$/)
      else if (one.truth === 'cuts') expect(await client(front, undefined)).toBe('cut')
      // A backend may wait where its frontend did not: the choice was made before.
      else expect(await client(front, one.back === undefined ? undefined : 100)).toMatch(/^A/)
    } finally {
      await haproxy.stop()
    }
  })
})
