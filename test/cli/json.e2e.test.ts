import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { resultOf } from '../report/full-result.js'
import { faultsOf, schemaCommands } from '../schemas.js'

const cli = join(import.meta.dirname, '../../bin/run.js')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-json-'))
  await writeFile(join(folder, 'part.json'), JSON.stringify(resultOf([])))
  await writeFile(join(folder, 'haproxy.cfg'), 'frontend f\n    mode tcp\n    bind 127.0.0.1:1883\n')
  await writeFile(join(folder, 'log.txt'), 'f~ f/<NOSRV> -1/-1/3 0 SC 1/1/0/0/0 0/0\nwhatever\n')
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function run(args: readonly string[]) {
  const child = spawn(process.execPath, [cli, ...args, '--json'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data) => (stdout += data))
  child.stderr.on('data', (data) => (stderr += data))
  const [code]: unknown[] = await once(child, 'close')
  return { code, stdout, stderr }
}

const good = '0d0a0d0a000d0a515549540a2111000ccb0071077f000001dc04075c'
const server = 'broker -p 0 --proxy-protocol optional --exec'
/** What each command prints, of every form that it has; `$PORT` is a broker's. */
const lines: readonly (readonly [command: string, args: readonly string[], exit: number])[] = [
  ['bench', ['bench', 'proxy', '-t', '500ms'], 0],
  ['bench', ['bench', 'proxy', '--rate', 'fast'], 2],
  ['broker', [...server.split(' '), `"$NODE" "$CLI" send 127.0.0.1:$MQTT_PROXY_PORT -u bob -P secret > /dev/null`], 0],
  ['check', ['check', 'tcp/connect-5.0'], 0],
  ['check', ['check', 'proxy', '--list'], 0],
  ['check', ['check', 'tcp', '--print-config'], 0],
  ['check', ['check', 'nothing'], 2],
  ['completion', ['completion', 'bash'], 0],
  ['completion', ['completion'], 2],
  ['conformance', ['conformance', 'embedded', '--select', 'pp2/local'], 0],
  ['conformance', ['conformance', '--list'], 0],
  ['doctor', ['doctor'], 0],
  ['drill', ['drill', 'reload', '--clients', '5', '--watch', '500ms'], 0],
  ['explain', ['explain', 'SD'], 0],
  ['explain', ['explain', 'log.txt'], 0],
  ['gen all', ['gen', 'all', 'proxy-mtls-cn', '-o', 'all'], 0],
  ['gen broker', ['gen', 'broker', 'proxy'], 0],
  ['gen certs', ['gen', 'certs', '-o', 'certs'], 0],
  ['gen ci', ['gen', 'ci', '--github'], 0],
  ['gen compose', ['gen', 'compose', 'proxy', '-o', 'compose'], 0],
  ['gen haproxy', ['gen', 'haproxy', 'proxy', '--check'], 0],
  ['gen load', ['gen', 'load', '127.0.0.1:1884', '--on', 'kubernetes'], 0],
  ['gen load', ['gen', 'load', 'broker.example', '--on', 'github'], 2],
  ['gen monitoring', ['gen', 'monitoring', '-o', 'monitoring'], 0],
  ['header decode', ['header', 'decode', good], 0],
  ['header decode', ['header', 'decode', good.slice(0, 40)], 1],
  ['header encode', ['header', 'encode', '--src', '203.0.113.7', '--cn', 'sensor-17'], 0],
  ['lint', ['lint', 'haproxy.cfg', '--no-programs'], 1],
  ['lint', ['lint', '--explain', 'MP407'], 0],
  ['merge-reports', ['merge-reports', 'part.json'], 0],
  ['plan', ['plan', '--clients', '100', '--elsewhere'], 0],
  ['probe', ['probe', '127.0.0.1:1', '-W', '1s'], 4],
  ['scenarios', ['scenarios'], 0],
  ['scenarios', ['scenarios', 'proxy-mtls-cn'], 0],
  ['schema', ['schema'], 0],
  ['schema', ['schema', 'gen', 'all'], 0],
  ['send', ['send', '127.0.0.1:1'], 4],
  ['tools install', ['tools', 'install', 'nothing'], 2],
  ['tools list', ['tools', 'list'], 0],
  ['tools path', ['tools', 'path', 'haproxy'], 0],
  ['watch', ['watch', '127.0.0.1:1', '-C', '1', '-W', '1s'], 0],
  ['who', ['who', '--socket', 'none.sock'], 2],
]

it('has a line for every command with a schema', () => {
  const streams = ['tap']
  expect(schemaCommands.filter((one) => !streams.includes(one))).toEqual([...new Set(lines.map(([one]) => one))].sort())
})

it.each(lines.map((line) => [line[1].join(' ').slice(0, 60), ...line] as const))(
  '%s --json is what its schema says, and says when, where and how it ran',
  async (_, command, args, exit) => {
    const named = args.map((arg) => arg.replace('$NODE', process.execPath).replace('$CLI', cli))
    const { code, stdout, stderr } = await run(named)
    const documents = command === 'broker' ? stdout.trim().split('\n') : [stdout]
    for (const text of documents) {
      const document = JSON.parse(text)
      expect(faultsOf(command, document), stdout.slice(0, 2000)).toEqual([])
      if ('event' in document) continue
      expect(document.run).toMatchObject({ host: hostname(), node: process.version })
      expect(document.run.command).toMatch(/^mqtt-proxy .*--json$/)
    }
    expect(stdout).not.toContain('-P secret')
    expect(code, stderr).toBe(exit)
  },
)
