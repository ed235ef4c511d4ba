import * as crypto from 'node:crypto'

export class PasswordListError extends Error {
  /** `what` begins the message as Mosquitto does: "Unable to decode line", "Invalid line". */
  constructor(
    message: string,
    readonly what = 'Unable to decode line',
  ) {
    super(message)
  }
}

type Check = (password: Buffer) => boolean

/**
 * A Mosquitto `password_file`: `NAME:HASH` lines with `$7$` (PBKDF2-SHA512), `$6$` (salted SHA512), `$argon2id$` where
 * this Node.js has argon2.
 */
export class PasswordList {
  readonly #users = new Map<string, Check>()

  constructor(text: string) {
    for (const raw of text.split('\n')) {
      const line = raw.trim()
      if (line === '' || line.startsWith('#') || !line.includes(':')) continue
      const colon = line.indexOf(':')
      const name = line.slice(0, colon).trim()
      if (name === '') throw new PasswordListError('an empty user name', 'Invalid line')
      if (this.#users.has(name)) throw new PasswordListError(`user "${name}" stands there twice`)
      this.#users.set(name, checkOf(name, line.slice(colon + 1).trim()))
    }
  }

  verify(username: string, password: Buffer | undefined): boolean {
    const check = this.#users.get(username)
    // An empty password counts as none.
    return check !== undefined && password !== undefined && password.length > 0 && check(password)
  }
}

function checkOf(name: string, hash: string): Check {
  if (hash.startsWith('$argon2')) return argon2(name, hash)
  const parts = hash.split('$')
  if (parts[1] === '7') return pbkdf2(name, parts)
  if (parts[1] === '6') return sha512(name, parts)
  throw new PasswordListError(`the password of "${name}" is not hashed as mosquitto_passwd does it`)
}

function pbkdf2(name: string, [, , rounds, salt64, hash64]: readonly string[]): Check {
  const iterations = Number(rounds)
  if (!Number.isInteger(iterations) || iterations < 1 || !salt64 || !hash64) throw broken(name)
  const salt = decode64(name, salt64)
  const hash = decode64(name, hash64)
  return (password) => equal(crypto.pbkdf2Sync(password, salt, iterations, hash.length, 'sha512'), hash)
}

function sha512(name: string, [, , salt64, hash64]: readonly string[]): Check {
  if (!salt64 || !hash64) throw broken(name)
  const salt = decode64(name, salt64)
  const hash = decode64(name, hash64)
  return (password) => equal(crypto.createHash('sha512').update(password).update(salt).digest(), hash)
}

interface Argon2Parameters {
  readonly message: Buffer
  readonly nonce: Buffer
  readonly parallelism: number
  readonly tagLength: number
  readonly memory: number
  readonly passes: number
}

/** `$argon2id$v=19$m=...,t=...,p=...$salt$hash`; `crypto.argon2Sync` came with Node.js 24.7. */
function argon2(name: string, hash: string): Check {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(hash)
  const [, memory, passes, parallelism, salt, tag] = match ?? []
  if (!salt || !tag) throw broken(name)
  const run: unknown = Reflect.get(crypto, 'argon2Sync')
  if (typeof run !== 'function') {
    throw new PasswordListError(
      `the password of "${name}" is an argon2id hash, which this Node.js cannot check: ` +
        'write it with mosquitto_passwd -H sha512-pbkdf2, or use Node.js 24.7 or later',
    )
  }
  const expected = Buffer.from(tag, 'base64')
  return (message) => {
    const parameters: Argon2Parameters = {
      message,
      nonce: Buffer.from(salt, 'base64'),
      parallelism: Number(parallelism),
      tagLength: expected.length,
      memory: Number(memory),
      passes: Number(passes),
    }
    return equal(Buffer.from(run('argon2id', parameters)), expected)
  }
}

/** Base64 as written, nothing but its own characters. */
function decode64(name: string, text: string): Buffer {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw broken(name)
  return Buffer.from(text, 'base64')
}

function broken(name: string): PasswordListError {
  return new PasswordListError(`the password hash of "${name}" is broken`)
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && crypto.timingSafeEqual(a, b)
}
