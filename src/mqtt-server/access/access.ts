import { filterMatches } from '../topics/filters.js'
import type { AccessList } from './access-list.js'
import type { Deed, Identity } from './deed.js'
import type { PasswordList } from './password-list.js'

/** Who may connect and what they may read and write; per listener. */
export class Access {
  constructor(
    public anonymous: boolean,
    public passwords: PasswordList | undefined,
    public list: AccessList | undefined,
  ) {}

  /** The files were read again (SIGHUP): the new content applies to everyone who shares this. */
  take(fresh: Access): void {
    this.anonymous = fresh.anonymous
    this.passwords = fresh.passwords
    this.list = fresh.list
  }
}

/** Everybody, everything. */
export function openAccess(): Access {
  return new Access(true, undefined, undefined)
}

/**
 * Username and password against the list. Without a list everybody passes where anonymous access is allowed, whatever
 * the name; with one, only the nameless do.
 */
export function mayConnect(access: Access, username: string | undefined, password: Buffer | undefined): boolean {
  if (!access.passwords) return access.anonymous
  if (username === undefined) return access.anonymous
  return access.passwords.verify(username, password)
}

/** `$SYS` is never written by clients, `$share` only subscribed to; the rest is the list's. */
export function mayTouch(access: Access, who: Identity, topic: string, deed: Deed): boolean {
  if (topic.startsWith('$SYS')) {
    if (deed === 'write' && !filterMatches('$SYS/broker/connection/+/state', topic)) return false
    if (deed === 'write') return true
  } else if (topic.startsWith('$share') && (deed === 'read' || deed === 'write')) {
    return false
  }
  return access.list ? access.list.allows(who, topic, deed) : true
}
