/**
 * The commands of the documents, taken from their text, and how each is run.
 *
 * <p>Thread: confined to the test.
 */
package io.ztnio.it.docs;
