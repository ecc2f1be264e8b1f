package road

// Fastest is the highest speed, in metres a second, that a vehicle reaches
// anywhere on the network with nothing closed, and so at any time; 0 when no
// road is open to it.
func (s *Snapshot) Fastest(ask Ask) (float64, error) {
	l, err := s.lane(ask)
	if err != nil {
		return 0, err
	}
	if l.metric.pace == 0 {
		return 0, nil
	}
	return 10 / l.metric.pace, nil
}
