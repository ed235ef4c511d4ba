import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { commitAt } from '../../../src/host/files/commit.js'

const folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-commit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function git(cwd: string, ...args: string[]): string {
  const env = { ...process.env, GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_CONFIG_GLOBAL: '/dev/null' }
  const own = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'init.defaultBranch=main']
  return execFileSync('git', [...own, ...args], { cwd, env, encoding: 'utf8' }).trim()
}

it('finds what git itself says: on a branch, packed, detached, in a work tree of its own, and below', () => {
  const repo = join(folder, 'repo')
  mkdirSync(join(repo, 'a/b'), { recursive: true })
  git(repo, 'init', '-q')
  expect(commitAt(repo)).toBeUndefined()
  writeFileSync(join(repo, 'f'), '1')
  git(repo, 'add', '.')
  git(repo, 'commit', '-qm', 'one')
  const head = git(repo, 'rev-parse', 'HEAD')
  expect(commitAt(repo)).toBe(head)
  expect(commitAt(join(repo, 'a/b'))).toBe(head)
  git(repo, 'pack-refs', '--all')
  expect(commitAt(repo)).toBe(head)
  git(repo, 'worktree', 'add', '-q', '-b', 'other', join(folder, 'tree'))
  git(join(folder, 'tree'), 'commit', '-q', '--allow-empty', '-m', 'two')
  expect(commitAt(join(folder, 'tree'))).toBe(git(join(folder, 'tree'), 'rev-parse', 'HEAD'))
  git(repo, 'checkout', '-q', '--detach')
  expect(commitAt(repo)).toBe(head)
  expect(commitAt(folder)).toBeUndefined()
})
