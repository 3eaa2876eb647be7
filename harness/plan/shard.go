package plan

import (
	"fmt"
	"regexp"
	"strconv"
)

// Shard is one of several parts of the matrix, each for a machine of its own.
// The zero Shard is all of it.
type Shard struct{ I, N int } // the i-th of n, from 1

// MostShards is more machines than anybody has.
const MostShards = 1000

var shardText = regexp.MustCompile(`^([1-9][0-9]{0,3})/([1-9][0-9]{0,3})$`)

// ParseShard reads "i/n". Nothing, and 1/1, is all of the matrix.
func ParseShard(text string) (Shard, error) {
	if text == "" {
		return Shard{}, nil
	}
	m := shardText.FindStringSubmatch(text)
	if m == nil {
		return Shard{}, errShard
	}
	i, _ := strconv.Atoi(m[1]) // they are a few digits
	n, _ := strconv.Atoi(m[2])
	if i > n || n > MostShards {
		return Shard{}, errShard
	}
	if n == 1 {
		return Shard{}, nil
	}
	return Shard{i, n}, nil
}

var errShard = fmt.Errorf("shard must be i/n, such as 2/3: the second of three parts; n up to %d", MostShards)

// All reports whether a shard is the whole matrix.
func (s Shard) All() bool { return s.N == 0 }

// String is the shard as ParseShard reads it.
func (s Shard) String() string {
	if s.All() {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.I, s.N)
}

// ShardError says that a suite has nothing for a shard.
type ShardError struct {
	Shard Shard
	Suite string
	Most  int // shards in which the suite has something for each
}

func (e *ShardError) Error() string {
	if e.Most < 2 {
		return fmt.Sprintf("-duet.shard=%s: there is nothing of the %s suite in it; with these settings it cannot be split", e.Shard, e.Suite)
	}
	return fmt.Sprintf("-duet.shard=%s: there is nothing of the %s suite in it; with these settings it can be split into %d at most (-duet.shard=i/%d)", e.Shard, e.Suite, e.Most, e.Most)
}
