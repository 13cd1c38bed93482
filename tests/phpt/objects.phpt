--TEST--
Objects cannot be cloned, serialized, given properties, or constructed twice
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$server = server();
$publisher = new Reverb\Publisher(['socket' => '/nowhere']);
$attempts = [
    'clone' => fn ($object) => clone $object,
    'serialize' => fn ($object) => serialize($object),
    'property' => fn ($object) => $object->anything = 1,
    'construct' => fn ($object) => $object->__construct(['apps' => []]),
];
foreach ([$server, $publisher] as $object) {
    foreach ($attempts as $attempt) {
        try {
            $attempt($object);
            echo "nothing happened\n";
        } catch (Throwable $e) {
            echo $e::class, ': ', $e->getMessage(), PHP_EOL;
        }
    }
}
?>
--EXPECT--
Error: Trying to clone an uncloneable object of class Reverb\Server
Exception: Serialization of 'Reverb\Server' is not allowed
Error: Cannot create dynamic property Reverb\Server::$anything
Error: Reverb\Server::__construct() was called before
Error: Trying to clone an uncloneable object of class Reverb\Publisher
Exception: Serialization of 'Reverb\Publisher' is not allowed
Error: Cannot create dynamic property Reverb\Publisher::$anything
Error: Reverb\Publisher::__construct() was called before
