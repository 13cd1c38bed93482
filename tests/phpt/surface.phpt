--TEST--
The classes and methods are those of stubs/reverb.stub.php
--EXTENSIONS--
reverb
--FILE--
<?php
foreach ((new ReflectionExtension('reverb'))->getClasses() as $class) {
    echo implode(' ', Reflection::getModifierNames($class->getModifiers())), $class->isFinal() ? ' ' : '',
        'class ', $class->getName();
    echo $class->getParentClass() ? ' extends ' . $class->getParentClass()->getName() : '', PHP_EOL;
    foreach ($class->getProperties() as $property) {
        if ($property->getDeclaringClass()->getName() === $class->getName()) {
            echo '    ', implode(' ', Reflection::getModifierNames($property->getModifiers())), ' ',
                $property->getType(), ' $', $property->getName(), PHP_EOL;
        }
    }
    foreach ($class->getMethods() as $method) {
        if ($method->getDeclaringClass()->getName() !== $class->getName()) {
            continue;
        }
        $parameters = array_map(static function (ReflectionParameter $parameter): string {
            $text = '';
            foreach ($parameter->getAttributes() as $attribute) {
                $text .= '#[' . $attribute->getName() . '] ';
            }
            $text .= $parameter->getType() . ' $' . $parameter->getName();

            return $text . ($parameter->isOptional() ? ' = ' . var_export($parameter->getDefaultValue(), true) : '');
        }, $method->getParameters());
        echo '    ', $method->getName(), '(', implode(', ', $parameters), ')',
            $method->hasReturnType() ? ': ' . $method->getReturnType() : '', PHP_EOL;
    }
}
?>
--EXPECT--
final class Reverb\Server
    __construct(array $configuration)
    on(string $hook, ?callable $listener): void
    every(float $seconds, callable $callback): int
    cancel(int $timer): bool
    run(): void
    stop(): void
    publish(string $appId, array|string $channels, string $event, string $data, ?string $except = NULL, string $info = ''): array
    send(string $socketId, string $message): void
    disconnect(string $socketId, int $code = 1000, string $reason = ''): void
    connections(?string $appId = NULL): int
    channels(?string $appId = NULL): int
    stats(): array
    port(): ?int
final class Reverb\Publisher
    __construct(#[SensitiveParameter] array $options)
    publish(string $appId, array|string $channels, string $event, string $data, ?string $except = NULL, string $info = ''): array
    status(): array
    connect(): void
    connected(): bool
    close(): void
class Reverb\Exception extends RuntimeException
class Reverb\ConfigurationException extends Reverb\Exception
    public readonly string $setting
class Reverb\ConnectException extends Reverb\Exception
class Reverb\RejectedException extends Reverb\Exception
class Reverb\OutcomeUnknownException extends Reverb\Exception
