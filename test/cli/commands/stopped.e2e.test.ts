import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const cli = join(import.meta.dirname, '../../../bin/run.js')
let folder: string
let silent: Server
let target: string
const held = new Set<Socket>()
const children = new Set<ChildProcess>()

/** Takes connections and never says a word: who talks to it is still at work when the signal comes. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-stopped-'))
  silent = createServer((socket) => held.add(socket.on('error', () => {}))).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  target = `127.0.0.1:${address.port}`
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
  for (const socket of held) socket.destroy()
  held.clear()
  silent.close()
  await rm(folder, { recursive: true, force: true })
})

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [cli, ...args], { cwd: folder })
  children.add(child)
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => (said.stdout += data))
  child.stderr.on('data', (data) => (said.stderr += data))
  const ended = once(child, 'close').then(([code]: unknown[]) => code)
  return { child, said, ended }
}

/** A command that waits for the silent server. */
const waiting = [
  ['conformance', 'TARGET', '-W', '60s'],
  ['probe', 'TARGET', '-W', '60s'],
  ['send', 'TARGET', '-t', 't', '-m', 'm', '-W', '60s'],
]

describe('stopped before there is a result', () => {
  it.each(waiting)('%s --json prints one document that says so', async (...args) => {
    const { child, said, ended } = start([...args.map((arg) => arg.replace('TARGET', target)), '--json'])
    await once(silent, 'connection')
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(JSON.parse(said.stdout)).toMatchObject({
      schema: 1,
      ok: false,
      error: { code: 'MP-STOPPED', message: 'stopped by SIGINT' },
    })
  })

  it('names the signal that came, and leaves people alone', async () => {
    const json = start(['conformance', target, '-W', '60s', '--json'])
    await once(silent, 'connection')
    json.child.kill('SIGTERM')
    expect(await json.ended).toBe(143)
    expect(JSON.parse(json.said.stdout).error.message).toBe('stopped by SIGTERM')

    const text = start(['conformance', target, '-W', '60s'])
    await once(silent, 'connection')
    text.child.kill('SIGINT')
    expect(await text.ended).toBe(130)
    expect(text.said.stdout).not.toContain('MP-STOPPED')
  })

  it('takes away the report files it made, and keeps what an earlier run left', async () => {
    await writeFile(join(folder, 'before.json'), '{"earlier":true}')
    const reports = ['junit=new.xml', 'json=before.json'].flatMap((name) => ['--reporter', name])
    const { child, ended } = start(['conformance', target, '-W', '60s', ...reports])
    await once(silent, 'connection')
    expect((await readdir(folder)).sort()).toEqual(['before.json', 'new.xml'])
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(await readdir(folder)).toEqual(['before.json'])
    expect(await readFile(join(folder, 'before.json'), 'utf8')).toBe('{"earlier":true}')
  })
})

describe('lint --watch --json', () => {
  it('prints a line for every look, and no document when it is stopped', async () => {
    const path = join(folder, 'mosquitto.conf')
    const bad = 'listener 1884 127.0.0.1\nenable_proxy_protocol_v2 true\nallow_anonymous true\n'
    await writeFile(path, bad)
    const { child, said, ended } = start(['lint', path, '--watch', '--no-programs', '--json'])
    await until(() => said.stderr.includes('watching'))
    await writeFile(path, bad.replace('protocol_v2 true', 'protocol 2'))
    await until(() => said.stdout.split('\n').length > 2)
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    const lines = said.stdout.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).findings.length)).toEqual([1, 0])
  })
})

/** Asks again until it is so; the test's own time limit ends it otherwise. */
async function until(so: () => boolean): Promise<void> {
  while (!so()) await new Promise((resolve) => setTimeout(resolve, 20))
}
