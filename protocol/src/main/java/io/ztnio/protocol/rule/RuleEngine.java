package io.ztnio.protocol.rule;

import io.ztnio.protocol.wire.BigEndian;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Judges frames by a network's rules and the members' capabilities ({@code protocol.md} 7.6). The outcome stays in the
 * engine until the next frame: whether it is accepted, who gets a copy, and whom it is redirected to. Nothing is
 * allocated.
 *
 * <p>Thread: confined to the node.
 */
public final class RuleEngine {
    /** What became of a frame. */
    public enum Verdict {
        DROP,
        ACCEPT,
        /** Accepted past the checks of MAC addresses and bridges. */
        SUPER_ACCEPT,
        /** To be sent to {@link RuleEngine#redirectTarget()} instead. */
        REDIRECT
    }

    private enum Result {
        NO_MATCH,
        DROP,
        ACCEPT,
        SUPER_ACCEPT,
        REDIRECT
    }

    private final RuleMatcher matcher;
    private final long self;

    private long redirectTarget;
    private int copies;
    private final long[] copyTargets = new long[2];
    private final int[] copyLengths = new int[2];
    private final boolean[] copyWatches = new boolean[2];

    private long pendingCopyTarget;
    private int pendingCopyLength;
    private boolean pendingCopyWatch;

    /** An engine of the member with address {@code self}. */
    public RuleEngine(long self, RandomGenerator random) {
        this.self = self;
        this.matcher = new RuleMatcher(random);
    }

    /**
     * Judges a frame: first the rules of the network, then the sender's capabilities; default deny.
     *
     * @param own our side
     * @param remote the other side: destination of an outbound frame, sender of an inbound; {@code null} if unknown
     * @param unknownMatches what a match of an unknown type evaluates to (network flag 0x8)
     */
    public Verdict filter(
            FilteredFrame frame, List<Rule> networkRules, RuleParty own, RuleParty remote, boolean unknownMatches) {
        copies = 0;
        redirectTarget = 0;
        matcher.prepare(frame, own, remote, unknownMatches);
        Result result = evaluate(frame, networkRules);
        if (result == Result.DROP) {
            copies = 0;
            return Verdict.DROP;
        }
        keepCopy();
        RuleParty sender = frame.inbound ? remote : own;
        if (result == Result.NO_MATCH && sender != null) {
            result = evaluateCapabilities(frame, sender);
        }
        return switch (result) {
            case ACCEPT -> Verdict.ACCEPT;
            case SUPER_ACCEPT -> Verdict.SUPER_ACCEPT;
            case REDIRECT -> Verdict.REDIRECT;
            case NO_MATCH, DROP -> {
                copies = 0;
                yield Verdict.DROP;
            }
        };
    }

    /** Where a redirected frame goes. */
    public long redirectTarget() {
        return redirectTarget;
    }

    /** How many copies of an accepted frame are to be sent, at most two. */
    public int copies() {
        return copies;
    }

    public long copyTarget(int index) {
        return copyTargets[index];
    }

    /** How much of the frame's payload the copy has. */
    public int copyLength(int index) {
        return copyLengths[index];
    }

    /** Whether the copy is WATCH's, whose receiver acknowledges. */
    public boolean copyIsWatch(int index) {
        return copyWatches[index];
    }

    private Result evaluateCapabilities(FilteredFrame frame, RuleParty sender) {
        for (int i = 0; i < sender.capabilityCount(); i++) {
            Result result = evaluate(frame, sender.capabilityRules(i));
            if (result != Result.NO_MATCH && result != Result.DROP) {
                keepCopy();
                return result;
            }
        }
        return Result.NO_MATCH;
    }

    private void keepCopy() {
        if (pendingCopyTarget != 0) {
            copyTargets[copies] = pendingCopyTarget;
            copyLengths[copies] = pendingCopyLength;
            copyWatches[copies] = pendingCopyWatch;
            copies++;
        }
    }

    private Result evaluate(FilteredFrame frame, List<Rule> rules) {
        boolean set = true;
        pendingCopyTarget = 0;
        matcher.skipDrop = false;
        matcher.superAccept = false;
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (!rule.isAction()) {
                if (set || rule.isOr()) {
                    boolean matches = matcher.matches(rule);
                    set = matches || (set && rule.isOr());
                }
            } else if (set) {
                Result result = act(frame, rule);
                if (result != null) {
                    return result;
                }
            } else {
                // Somebody else's frame that these rules would have copied to us: not judged by its addresses.
                if (frame.inbound && forwards(rule) && target(rule) == self) {
                    matcher.superAccept = true;
                }
                set = true;
            }
        }
        return Result.NO_MATCH;
    }

    /** What an action that is taken ends with, or {@code null} if the rules go on. */
    private Result act(FilteredFrame frame, Rule rule) {
        if (rule.type() == null) {
            return null;
        }
        return switch (rule.type()) {
            case ACTION_ACCEPT -> matcher.superAccept ? Result.SUPER_ACCEPT : Result.ACCEPT;
            case ACTION_PRIORITY -> Result.ACCEPT;
            case ACTION_DROP -> {
                if (matcher.skipDrop) {
                    matcher.skipDrop = false;
                    yield null;
                }
                yield Result.DROP;
            }
            case ACTION_TEE, ACTION_WATCH, ACTION_REDIRECT -> forward(frame, rule);
            case ACTION_BREAK -> Result.NO_MATCH;
            default -> null;
        };
    }

    private Result forward(FilteredFrame frame, Rule rule) {
        long target = target(rule);
        if (target == frame.source) {
            return null;
        }
        if (target == self) {
            return frame.inbound ? Result.SUPER_ACCEPT : null;
        }
        if (target == frame.destination) {
            return null;
        }
        if (rule.type() == RuleType.ACTION_REDIRECT) {
            redirectTarget = target;
            return Result.REDIRECT;
        }
        int length = BigEndian.getShort(rule.rawData(), 12);
        pendingCopyTarget = target;
        pendingCopyLength = length == 0 || length > frame.length ? frame.length : length;
        pendingCopyWatch = rule.type() == RuleType.ACTION_WATCH;
        return null;
    }

    private static boolean forwards(Rule rule) {
        RuleType type = rule.type();
        return type == RuleType.ACTION_TEE || type == RuleType.ACTION_WATCH || type == RuleType.ACTION_REDIRECT;
    }

    private static long target(Rule rule) {
        return BigEndian.getLong(rule.rawData(), 0) & 0xff_ffff_ffffL;
    }
}
