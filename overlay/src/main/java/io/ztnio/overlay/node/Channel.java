package io.ztnio.overlay.node;

import io.ztnio.overlay.session.Session;

/** A session with a member of a network. */
record Channel(Membership network, Member member, Session session) implements IndexOwner {}
