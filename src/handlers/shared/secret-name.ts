/** Headers and variables of such names hold secrets, most likely. */
export const SECRET_NAME: RegExp = /auth|token|key|secret|cookie|passw|credential|signature/i;
