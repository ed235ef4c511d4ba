import { describe, expect, it } from 'vitest'
import { mqttProxy, shell } from '../../cli.js'

const run = (...args: string[]) => mqttProxy(args)

describe('a mistyped command', () => {
  it('gets a suggestion without a terminal, and exits 127', async () => {
    const { code, stdout, stderr } = await run('prob', '127.0.0.1')
    expect(code).toBe(127)
    expect(stdout).toBe('')
    expect(stderr).toContain('did you mean: mqtt-proxy probe')
  })

  it.each([
    ['gen al proxy', 'gen all'],
    ['tools instal haproxy', 'tools install'],
    ['header decod', 'header decode'],
    ['chekc', 'check'],
    ['decode', 'header decode'],
    ['subscribe', 'send'],
    ['gen k8s', 'gen compose'],
    ['install haproxy', 'tools install'],
  ])('%s: it was meant to be %s', async (typed, meant) => {
    expect((await run(...typed.split(' '))).stderr).toContain(`did you mean: mqtt-proxy ${meant}\n`)
  })

  it('is one document under --json', async () => {
    const { code, stdout, stderr } = await run('prob', '--json')
    expect(code).toBe(127)
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, ok: false, error: { code: 'MP-COMMAND' } })
  })
})

it('a flag that does not exist is one small document under --json, exit 2', async () => {
  const { code, stdout } = await run('scenarios', '--bogus', '--json')
  expect(code).toBe(2)
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    error: { code: 'MP-USAGE', message: 'Nonexistent flag: --bogus' },
  })
})

it('a mistyped flag gets the one that was meant', async () => {
  expect((await run('check', 'proxy', '--boker', 'x')).stderr).toContain('did you mean --broker?')
  expect((await run('send', '--cafil=x', '--jsn')).stderr).toMatch(
    /did you mean --cafile\?[\s\S]*did you mean --json\?/,
  )
  const { error } = JSON.parse((await run('lint', '--fail-onn', 'x', '--json')).stdout)
  expect(error.hints).toContain('did you mean --fail-on?')
})

describe('output that cannot be written', () => {
  it.each(['--help', 'send -h', '', 'scenarios'])('"%s" into a pipe that is closed ends quietly', async (args) => {
    const { stdout, stderr } = await shell(
      `mqtt-proxy ${args} 2>/dev/null | head -1 >/dev/null; echo "\${PIPESTATUS[0]}"`,
    )
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' })
  })

  it.each(['--help', 'explain cD', 'explain cD --json'])(
    '"%s" onto a full disk is said in one line, exit 3',
    async (args) => {
      const { code, stderr } = await shell(`mqtt-proxy ${args} > /dev/full`)
      expect({ code, stderr }).toEqual({
        code: 3,
        stderr: 'Error MP-OUTPUT: the output cannot be written: ENOSPC: no space left on device, write\n',
      })
    },
  )
})

it('-h alone is help, -h HOST is the host', async () => {
  expect((await run('probe', '-h')).stdout).toContain('USAGE')
  const { stdout, stderr } = await run('send', '-h', '127.0.0.1', '-p', '1', '--json')
  expect(stdout + stderr).not.toContain('USAGE')
  expect(JSON.parse(stdout)).toMatchObject({ ok: false })
})

it('an argument that is missing is named in one sentence', async () => {
  const { code, stderr } = await run('completion')
  expect(code).toBe(2)
  expect(stderr).toContain('missing: SHELL (bash, zsh, fish)\n')
})

it('a folder that is not there is said to be missing, and how to make one', async () => {
  const { code, stderr } = await run('check', '--dir', 'no such folder')
  expect(code).toBe(2)
  expect(stderr).toContain("gen all proxy -o 'no such folder'")
  expect(stderr).not.toContain('ENOENT')
})
