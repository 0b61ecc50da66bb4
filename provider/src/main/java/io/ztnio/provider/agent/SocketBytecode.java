package io.ztnio.provider.agent;

import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The byte code of {@link SocketHooks}: what is put into the JDK's classes, and the classes that are made beside them.
 * What the JDK calls is in a class of {@code java.base}'s own, with a field for each question, because that module cannot
 * see the agent.
 *
 * <p>Thread: any.
 */
final class SocketBytecode {
    /** The class of {@link #slots}. */
    static final String SLOTS = "java/net/ZtnioSocketHooks";

    /** Its fields. */
    static final String IMPLEMENTATION = "implementation";

    static final String ACCEPTING = "accepting";
    static final String DATAGRAMS = "datagrams";

    /** The classes that {@link #rewrite} knows. */
    static final Set<String> REWRITTEN =
            Set.of("java/net/SocketImpl", "java/net/DatagramSocket", "sun/nio/ch/NioSocketImpl");

    /** Classes of which there is a {@link #platformSubclass}. */
    static final String CLIENT = "io/ztnio/provider/socket/ZeroTierSocketImpl";

    static final String LISTENER = "io/ztnio/provider/socket/ZeroTierListenerImpl";

    private static final String BI_FUNCTION = Type.getInternalName(BiFunction.class);
    private static final String UNARY_OPERATOR = Type.getInternalName(UnaryOperator.class);
    private static final String FUNCTION = "java/util/function/Function";
    private static final String SOCKET_IMPL = "java/net/SocketImpl";
    private static final String NIO_SOCKET_IMPL = "sun/nio/ch/NioSocketImpl";
    private static final String DATAGRAM_SOCKET = "java/net/DatagramSocket";
    private static final int CLASS_FILE = Opcodes.V17;

    private SocketBytecode() {}

    /** A class of package {@code java.net} with a static field for each question. */
    static byte[] slots() {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(CLASS_FILE, Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL, SLOTS, null, "java/lang/Object", null);
        for (String operator : new String[] {ACCEPTING, DATAGRAMS}) {
            slot(writer, operator, UNARY_OPERATOR);
        }
        slot(writer, IMPLEMENTATION, BI_FUNCTION);
        writer.visitEnd();
        return writer.toByteArray();
    }

    private static void slot(ClassWriter writer, String name, String type) {
        int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC | Opcodes.ACC_VOLATILE;
        writer.visitField(access, name, 'L' + type + ';', null, null).visitEnd();
    }

    /**
     * A subclass that adds {@code sun.net.PlatformSocketImpl}, the JDK's mark of its own implementations.
     *
     * @param superclass the internal name
     * @param argument what the constructor takes, and hands on
     */
    static byte[] platformSubclass(String superclass, Class<?> argument) {
        String descriptor = Type.getMethodDescriptor(Type.VOID_TYPE, Type.getType(argument));
        ClassWriter writer = new ClassWriter(0);
        writer.visit(
                CLASS_FILE,
                Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC,
                superclass + "OfPlatform",
                null,
                superclass,
                new String[] {"sun/net/PlatformSocketImpl"});
        MethodVisitor constructor = writer.visitMethod(0, "<init>", descriptor, null, null);
        constructor.visitCode();
        constructor.visitVarInsn(Opcodes.ALOAD, 0);
        constructor.visitVarInsn(Opcodes.ALOAD, 1);
        constructor.visitMethodInsn(Opcodes.INVOKESPECIAL, superclass, "<init>", descriptor, false);
        constructor.visitInsn(Opcodes.RETURN);
        constructor.visitMaxs(2, 2);
        constructor.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }

    /** The class with its questions, or {@code null} if what should ask is not there. */
    static byte[] rewrite(String name, byte[] original) {
        ClassReader reader = new ClassReader(original);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        Asking asking = new Asking(name, writer);
        reader.accept(asking, 0);
        return asking.asked ? writer.toByteArray() : null;
    }

    private static final class Asking extends ClassVisitor {
        private final String className;
        private boolean asked;

        Asking(String className, ClassVisitor next) {
            super(Opcodes.ASM9, next);
            this.className = className;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            return switch (className + '.' + name) {
                case SOCKET_IMPL + ".createPlatformSocketImpl" -> new MakesImplementation(next);
                case NIO_SOCKET_IMPL + ".accept" -> new Accepts(next);
                case DATAGRAM_SOCKET + ".createDelegate" -> new MakesDatagrams(next);
                case DATAGRAM_SOCKET + ".<init>" -> new AssertsNothing(next);
                default -> next;
            };
        }

        /** Has an answer in the place of the object on the stack. */
        private void ask(MethodVisitor code, String slot, String type) {
            asked = true;
            code.visitFieldInsn(Opcodes.GETSTATIC, SLOTS, slot, 'L' + UNARY_OPERATOR + ';');
            code.visitInsn(Opcodes.SWAP);
            code.visitMethodInsn(
                    Opcodes.INVOKEINTERFACE, FUNCTION, "apply", "(Ljava/lang/Object;)Ljava/lang/Object;", true);
            code.visitTypeInsn(Opcodes.CHECKCAST, type);
        }

        /** The parameter says whether it is for a listener. */
        private final class MakesImplementation extends MethodVisitor {
            MakesImplementation(MethodVisitor next) {
                super(Opcodes.ASM9, next);
            }

            @Override
            public void visitInsn(int opcode) {
                if (opcode == Opcodes.ARETURN) {
                    asked = true;
                    super.visitFieldInsn(Opcodes.GETSTATIC, SLOTS, IMPLEMENTATION, 'L' + BI_FUNCTION + ';');
                    super.visitInsn(Opcodes.SWAP);
                    super.visitVarInsn(Opcodes.ILOAD, 0);
                    super.visitMethodInsn(
                            Opcodes.INVOKESTATIC, "java/lang/Boolean", "valueOf", "(Z)Ljava/lang/Boolean;", false);
                    super.visitMethodInsn(
                            Opcodes.INVOKEINTERFACE,
                            BI_FUNCTION,
                            "apply",
                            "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;",
                            true);
                    super.visitTypeInsn(Opcodes.CHECKCAST, SOCKET_IMPL);
                }
                super.visitInsn(opcode);
            }
        }

        /** Before it takes what it is given for one of its own class. */
        private final class Accepts extends MethodVisitor {
            Accepts(MethodVisitor next) {
                super(Opcodes.ASM9, next);
            }

            @Override
            public void visitTypeInsn(int opcode, String type) {
                if (opcode == Opcodes.CHECKCAST && type.equals(NIO_SOCKET_IMPL)) {
                    ask(mv, ACCEPTING, SOCKET_IMPL);
                }
                super.visitTypeInsn(opcode, type);
            }
        }

        /** With assertions of the system on, it insists on the classes that the JDK delegates to. */
        private static final class AssertsNothing extends MethodVisitor {
            AssertsNothing(MethodVisitor next) {
                super(Opcodes.ASM9, next);
            }

            @Override
            public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
                if (name.equals("$assertionsDisabled")) {
                    super.visitInsn(Opcodes.ICONST_1);
                } else {
                    super.visitFieldInsn(opcode, owner, name, descriptor);
                }
            }
        }

        /** Behind the socket of its channel that no interrupt closes. */
        private final class MakesDatagrams extends MethodVisitor {
            MakesDatagrams(MethodVisitor next) {
                super(Opcodes.ASM9, next);
            }

            @Override
            public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
                super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
                if (owner.equals("java/nio/channels/DatagramChannel") && name.equals("socket")) {
                    ask(mv, DATAGRAMS, DATAGRAM_SOCKET);
                }
            }
        }
    }
}
