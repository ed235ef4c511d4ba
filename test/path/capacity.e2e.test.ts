import { writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../src/config/haproxy/view.js'
import { makeWorkdir, type Workdir } from '../../src/host/files/workdir.js'
import { startHaproxy } from '../../src/host/haproxy/haproxy.js'
import { freePorts } from '../../src/host/net/ports.js'
import { endAll } from '../../src/host/process/lifetime.js'
import { findProgram } from '../../src/host/process/programs.js'
import { runProgram } from '../../src/host/process/run-program.js'
import { capacityOf } from '../../src/path/capacity.js'
import { readPaths } from '../../src/path/index.js'

let folder: Workdir
let broker: Server
let behind: number
const { program } = await findProgram('haproxy')

beforeAll(async () => {
  folder = await makeWorkdir('test')
  broker = createServer((socket) => socket.on('error', () => {}).write('hello'))
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve))
  behind = (broker.address() as { port: number }).port
})

afterAll(async () => {
  await endAll()
  broker.close()
})

const defaults = 'defaults\n mode tcp\n retries 0\n timeout connect 2s\n timeout client 60s\n timeout server 60s\n'

function model(text: string) {
  const haproxy = viewHaproxy([parseHaproxy(text, 'h.cfg').document])
  return capacityOf(haproxy, readPaths({ haproxies: [haproxy], brokers: [] }).topology.hops)
}

it('one client more than source ports is cut off', async () => {
  const [front = 0, first = 0] = await freePorts(2)
  // A range of neighbours that nothing here listens on.
  const range = `${first}-${first + 2}`
  const text = `${defaults}listen m\n bind 127.0.0.1:${front}\n server s 127.0.0.1:${behind} source 127.0.0.8:${range}\n`
  const file = join(folder.path, 'ports.cfg')
  writeFileSync(file, text)
  const haproxy = await startHaproxy({
    program,
    files: [file],
    folder: folder.path,
    listeners: [{ host: '127.0.0.1', port: front }],
  })
  const open: Socket[] = []
  const served = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(front, '127.0.0.1')
      open.push(socket)
      socket.once('data', () => resolve(true))
      socket.once('close', () => resolve(false))
      socket.on('error', () => {})
    })
  const room = model(text).frontends[0]?.room?.connections ?? 0
  const seen: boolean[] = []
  for (let at = 0; at <= room; at++) seen.push(await served())
  for (const one of open) one.destroy()
  await haproxy.stop()
  expect(room).toBe(3)
  expect(seen).toEqual([true, true, true, false])
})

it('HAProxy does not start with fewer descriptors than maxconn wants, and haproxy -c does not say so', async () => {
  const [front = 0] = await freePorts(1)
  const text = (limit: number) =>
    `global\n maxconn 400\n nbthread 1\n fd-hard-limit ${limit}\n${defaults}listen m\n bind 127.0.0.1:${front}\n server s 127.0.0.1:${behind}\n`
  const wanted = model(text(0)).descriptors.wanted ?? 0
  const file = join(folder.path, 'descriptors.cfg')
  writeFileSync(file, text(wanted - 1))
  expect((await runProgram(program, ['-c', '-f', file])).code).toBe(0)
  const { code, stdout, stderr } = await runProgram(program, ['-db', '-f', file])
  expect(code).toBe(1)
  expect(`${stdout}${stderr}`).toContain(`Cannot raise FD limit to ${wanted}`)
})
