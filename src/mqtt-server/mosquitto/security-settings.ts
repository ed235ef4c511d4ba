import type { Setting } from './values.js'

/** Options about names and logins: their values are checked where they are written, and looked up where they apply. */
export const securityReaders: Readonly<Record<string, (setting: Setting) => void>> = {
  acl_file: (setting) => setting.string(),
  allow_anonymous: (setting) => setting.bool(),
  allow_zero_length_clientid: (setting) => setting.bool(),
  auto_id_prefix: (setting) => {
    if (setting.string().length > 50) setting.refuse("'auto_id_prefix' length must be <= 50.")
  },
  password_file: (setting) => setting.string(),
}
