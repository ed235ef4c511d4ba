/** Servers that misbehave, against the commands that connect to them: each ends in time, within its memory, and says why. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { publish } from './client.mjs'
import { program } from './servers.mjs'

const connack = Buffer.from([0x20, 2, 0, 0])
const connack5 = (hex) => Buffer.from(hex.replaceAll(' ', ''), 'hex')
const endless = Buffer.alloc(65_536, 0x30)

/** Writes as long as the other side takes it. */
function pourInto(socket, chunk) {
  const write = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on('drain', write)
  write()
}

function drip(socket, bytes) {
  let at = 0
  const timer = setInterval(() => socket.write(bytes.subarray(at % bytes.length, (at++ % bytes.length) + 1)), 50)
  socket.once('close', () => clearInterval(timer))
}

const onFirst = (act) => (socket) => socket.once('data', () => act(socket))

const servers = [
  ['says nothing', () => {}],
  ['closes at once', (socket) => socket.end()],
  ['resets at once', (socket) => socket.resetAndDestroy()],
  ['pours bytes without end', (socket) => pourInto(socket, endless)],
  ['drips one byte at a time', (socket) => drip(socket, Buffer.from([0x20, 0x80, 0x80, 0x80, 0x01]))],
  [
    'announces a CONNACK of 256 MB and pours',
    onFirst((socket) => {
      socket.write(Buffer.from([0x20, 0xff, 0xff, 0xff, 0x7f]))
      pourInto(socket, endless)
    }),
  ],
  ['answers half a CONNACK', onFirst((socket) => socket.write(connack.subarray(0, 3)))],
  [
    'answers a CONNACK with a broken property',
    onFirst((socket) => socket.write(connack5('20 08 00 00 05 26 ff ff 01 02'))),
  ],
  ['closes after its CONNACK', onFirst((socket) => socket.end(connack))],
  ['pours CONNACKs', onFirst((socket) => pourInto(socket, Buffer.concat(Array(16_384).fill(connack))))],
  [
    'pours PINGRESPs after its CONNACK',
    onFirst((socket) => {
      socket.write(connack)
      pourInto(socket, Buffer.concat(Array(32_768).fill(Buffer.from([0xd0, 0]))))
    }),
  ],
  [
    'pours messages after its CONNACK',
    onFirst((socket) => {
      socket.write(connack)
      pourInto(socket, Buffer.concat(Array(8192).fill(publish('t', Buffer.from('hi')))))
    }),
  ],
  [
    'pours an HTTP header without end',
    onFirst((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n')
      pourInto(socket, Buffer.from('X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(1000)))
    }),
  ],
  ['answers like TLS and stops', onFirst((socket) => socket.write(Buffer.from('16030300ff', 'hex')))],
]

const commands = [
  { name: 'send -q 1', args: (at) => ['send', at, '-t', 't', '-m', 'hi', '-q', '1', '-W', '2s'], ms: 6000 },
  { name: 'send -V 5', args: (at) => ['send', at, '-V', '5', '-t', 't', '-m', 'hi', '-W', '2s'], ms: 6000 },
  { name: 'send ws://', args: (at) => ['send', `ws://${at}/mqtt`, '-t', 't', '-m', 'hi', '-W', '2s'], ms: 6000 },
  { name: 'send mqtts://', args: (at) => ['send', `mqtts://${at}`, '-t', 't', '-m', 'hi', '-W', '2s'], ms: 6000 },
  { name: 'probe', args: (at) => ['probe', at, '-W', '2s'], ms: 20_000 },
]

/** Megabytes that a command may take. */
const most = 200

export async function run({ row }) {
  for (const command of commands) {
    const figures = []
    let good = true
    for (const [name, behave] of servers) {
      const { code, ms, top, documents } = await against(behave, command)
      const fine = [0, 1, 3, 4].includes(code) && ms <= command.ms && top <= most && documents === 1
      good &&= fine
      const said = `${name}: exit ${code} in ${(ms / 1000).toFixed(1)} s, ${top.toFixed(0)} MB`
      figures.push(fine ? said : `${said}, ${documents} documents  <- FAIL`)
    }
    row(good, `${command.name} (at most ${command.ms / 1000} s, ${most} MB)`, figures)
  }
}

async function against(behave, { args, ms }) {
  const sockets = new Set()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    behave(socket)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await measured([program, ...args(`127.0.0.1:${server.address().port}`), '--json'], ms * 2)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

async function measured(words, limit) {
  const began = performance.now()
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] })
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += chunk
  })
  let top = 0
  const watch = setInterval(() => {
    try {
      const pages = Number(readFileSync(`/proc/${child.pid}/statm`, 'utf8').split(' ')[1])
      top = Math.max(top, (pages * 4096) / 1e6)
    } catch {
      // It has just ended.
    }
  }, 20)
  const late = setTimeout(() => child.kill('SIGKILL'), limit)
  const code = await new Promise((resolve) => child.once('close', resolve))
  clearInterval(watch)
  clearTimeout(late)
  return { code, ms: performance.now() - began, top, documents: documentsIn(text) }
}

function documentsIn(text) {
  try {
    JSON.parse(text)
    return 1
  } catch {
    return text === '' ? 0 : 2
  }
}
