/**
 * JSON as ZeroTier's controller reads and writes it: fields in the order of their names, types taken loosely.
 *
 * <p>Thread: texts and values are immutable; a {@link io.ztnio.protocol.json.JsonObject} is confined to who has it.
 */
package io.ztnio.protocol.json;
