package io.ztnio.overlay.node;

/** What an index stands for. */
sealed interface IndexOwner permits Attempt, HalfOpen, Channel {}
