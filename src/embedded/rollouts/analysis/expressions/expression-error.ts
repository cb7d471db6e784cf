/** An expression that cannot be read, does not fit its values, or fails; the message is that of the expression language itself. */
export class ExpressionError extends Error {}
