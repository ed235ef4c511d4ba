import { printable } from '../../kernel/printable.js'
import { REASON, RETURN } from '../../mqtt-wire/packet-types.js'
import { mayConnect } from '../access/access.js'
import { type Draft, either, refuse } from './connect-draft.js'

/** Who the client is, and whether the broker accepts it. */
export function authenticate(draft: Draft): void {
  const { connection } = draft
  const { identity } = connection.arrival
  connection.id = draft.id
  if (identity) {
    draft.password = undefined
    if (identity.username === undefined) {
      draft.username = undefined
      const code = either(draft, REASON.badCredentials, RETURN.badCredentials)
      refuse(draft, code, 'not-authorised', 'no certificate name (CN) to take the username from')
    }
    draft.username = identity.username
  }
  connection.username = draft.username
  connection.password = draft.password
  if (connection.listener.usernameAsClientId) {
    if (draft.username === undefined) {
      refuse(
        draft,
        either(draft, REASON.notAuthorized, RETURN.notAuthorized),
        'not-authorised',
        'no username to be the client id',
      )
    }
    draft.id = draft.username
    connection.id = draft.username
  }
  if (draft.authMethodNamed) {
    refuse(draft, REASON.badAuthenticationMethod, 'not-supported', 'an authentication method we do not have')
  }
  if (identity?.proven) return
  if (mayConnect(connection.listener.access, draft.username, draft.password)) return
  const who =
    draft.username === undefined ? 'anonymous clients are not allowed' : `"${printable(draft.username)}" is not allowed`
  refuse(draft, either(draft, REASON.notAuthorized, RETURN.notAuthorized), 'not-authorised', who)
}
